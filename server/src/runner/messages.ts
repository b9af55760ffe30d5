import type { ModelSettings } from '../module-contract/model-settings.js';
import type { RunnerLogLine, RunnerProgress, RunnerResult, RunnerTask } from './runner.js';

/** The file of a module that is not built in: one that exports `run`, or a configuration file with custom modules. */
export interface ModuleSource {
  readonly path: string;
  readonly isConfig: boolean;
}

/** A message from the pool to a child. A child has one task at a time, so messages need no task id. */
export type ToChild =
  | {
      readonly kind: 'run';
      readonly task: RunnerTask;
      readonly source: ModuleSource | undefined;
      /** Includes the key of the module's endpoint, which other processes could read in arguments or the environment. */
      readonly models: ModelSettings;
    }
  | { readonly kind: 'abort' };

/** A message from a child to the pool: `ready` once, then for each task `begun`, any number of `progress` and `log`, and one of the others. */
export type FromChild =
  | { readonly kind: 'ready' }
  /** Sent before the task runs. If the process dies, it shows whether the task had begun. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'progress'; readonly progress: RunnerProgress }
  | { readonly kind: 'log'; readonly line: RunnerLogLine }
  | { readonly kind: 'done'; readonly result: RunnerResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** An uncaught exception. The process cannot be used any more. */
  | { readonly kind: 'crashed'; readonly failure: Failure };

export interface Failure {
  readonly code: 'module' | 'output' | 'failed';
  readonly message: string;
  readonly stack: string;
}
