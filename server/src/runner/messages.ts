import type { ModelSettings } from '../module-contract/model-settings.js';
import type { RunnerLogLine, RunnerProgress, RunnerResult, RunnerTask } from './runner.js';

/** Where a module of the operator's own is: in a file that exports `run`, or one of those in a configuration file. */
export interface ModuleSource {
  readonly path: string;
  readonly isConfig: boolean;
}

/** From the pool to a child. A child has one task at a time, so messages need no number. */
export type ToChild =
  | {
      readonly kind: 'run';
      readonly task: RunnerTask;
      readonly source: ModuleSource | undefined;
      /** With the keys of this module's endpoint: they are in no argument and no environment, where others could read them. */
      readonly models: ModelSettings;
    }
  | { readonly kind: 'abort' };

/** From a child to the pool: `ready` once, then for each task `begun`, any number of `progress` and one of the others. */
export type FromChild =
  | { readonly kind: 'ready' }
  /** Sent before anything of the task runs: what a process that dies has said last tells whose task its death is. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'progress'; readonly progress: RunnerProgress }
  | { readonly kind: 'log'; readonly line: RunnerLogLine }
  | { readonly kind: 'done'; readonly result: RunnerResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Something threw where nobody could catch it. The process is of no more use. */
  | { readonly kind: 'crashed'; readonly failure: Failure };

export interface Failure {
  readonly code: 'module' | 'output' | 'failed';
  readonly message: string;
  readonly stack: string;
}
