import type { ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleWarnings } from './task-warnings.js';
import type { RunnerLogLine, RunnerProgress, RunnerResult, RunnerTask } from './runner.js';

/**
 * The source file for a module that is not built in: either a file that exports `run`, or a configuration file with custom
 * modules.
 */
export interface ModuleSource {
  readonly path: string;
  readonly isConfig: boolean;
}

/** A message from the pool to a child. A child runs one task at a time, so messages need no task ID. */
export type ToChild =
  | {
      readonly kind: 'run';
      readonly task: RunnerTask;
      readonly source: ModuleSource | undefined;
      /** Sent in a message because other processes could read the endpoint's API key from arguments or the environment. */
      readonly models: ModelSettings;
    }
  | { readonly kind: 'abort' };

/**
 * A message from a child to the pool. A child sends `ready` once. For each task, it then sends `begun`, any number of `progress`
 * and `log` messages, at most one of `warnings`, and finally `done`, `failed` or `crashed`.
 */
export type FromChild =
  | { readonly kind: 'ready' }
  /** Sent before the task runs, so that the pool knows whether the task had begun if the process dies. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'progress'; readonly progress: RunnerProgress }
  | { readonly kind: 'log'; readonly line: RunnerLogLine }
  | { readonly kind: 'warnings'; readonly warnings: ModuleWarnings }
  | { readonly kind: 'done'; readonly result: RunnerResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Reports an uncaught exception. The process can no longer be used. */
  | { readonly kind: 'crashed'; readonly failure: Failure };

export interface Failure {
  readonly code: 'module' | 'output' | 'disk_full' | 'failed';
  readonly message: string;
  readonly stack: string;
}
