import type { Usage } from 'millrace/shared/runs/usage.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleWarnings } from './task-warnings.js';
import type { RunnerLogLine, RunnerProgress, RunnerResult, RunnerTask } from './runner.js';

/**
 * The source file of a module that is not built in: either a file that exports `run`, or a configuration file with custom modules.
 */
export interface ModuleSource {
  readonly path: string;
  readonly isConfigFile: boolean;
}

/** A task for a child process. */
export interface TaskMessage {
  /** Unique among the tasks of the process. */
  readonly id: number;
  readonly task: RunnerTask;
  readonly source: ModuleSource | undefined;
  /** Sent in a message, because the settings can contain API keys, and other processes can read arguments and environment variables. */
  readonly models: ModelSettings;
  /** Maximum duration of the task, in milliseconds. */
  readonly taskTimeoutMs: number;
}

/** A message from the pool to a child. */
export type PoolMessage =
  /** Adds tasks to the end of the child's queue. */
  | { readonly kind: 'run'; readonly tasks: readonly TaskMessage[] }
  /** Removes tasks from the child's queue, unless they have started. The child responds with `dropped`. */
  | { readonly kind: 'drop'; readonly ids: readonly number[] }
  /** Aborts the running task. */
  | { readonly kind: 'abort' };

/**
 * An event from a child. Each message is a list of events. A child sends `ready` once. For each task that it runs, it then sends `started`,
 * any number of `progress` and `log` events, at most one `warnings` and one `usage` event, and finally `done` or `failed`. After an
 * uncaught exception, it sends `crashed` and exits.
 */
export type ChildEvent =
  | { readonly kind: 'ready' }
  /** Sent before a task runs. If the process dies later, the pool knows that the task had started. */
  | { readonly kind: 'started'; readonly id: number }
  /** The tasks that the child has removed from its queue. The other tasks of the `drop` message had already started. */
  | { readonly kind: 'dropped'; readonly ids: readonly number[] }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: RunnerProgress }
  | { readonly kind: 'log'; readonly id: number; readonly line: RunnerLogLine }
  | { readonly kind: 'warnings'; readonly id: number; readonly warnings: ModuleWarnings }
  | { readonly kind: 'usage'; readonly id: number; readonly usage: Usage }
  /** `durationMs` is the duration of the task, in milliseconds. */
  | { readonly kind: 'done'; readonly id: number; readonly durationMs: number; readonly result: RunnerResult }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  /** Reports an uncaught exception. The process can no longer be used. */
  | { readonly kind: 'crashed'; readonly failure: Failure };

export interface Failure {
  readonly code: 'module' | 'output' | 'disk_full' | 'failed';
  readonly message: string;
  readonly stack: string;
  /** How long to wait before another attempt, in seconds. */
  readonly retryAfterSeconds?: number;
}
