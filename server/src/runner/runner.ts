import type { Json } from 'millrace/shared/types/json.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { UsedModel } from '../module-contract/model-access.js';
import type { ModuleWarnings } from './task-warnings.js';
import type { ModuleFacts, ModuleInput, ModuleLimits } from '../module-contract/module.js';

/** A module run. Plain data, because the object is sent to a child process. */
export interface RunnerTask {
  readonly module: string;
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly input: TaskInput;
  readonly scratch: string;
  readonly limits: ModuleLimits;
  /** The ID of the account whose cached endpoint responses the task can use. @default an empty string, for servers without accounts */
  readonly owner?: string;
  /** Maximum size of an output that is returned as `content`, in bytes. @default 0 */
  readonly maxContentBytes?: number;
}

/** A module's input: a file, or the content of a small file. */
export type TaskInput = Omit<ModuleInput, 'path' | 'content'> &
  ({ readonly path: string } | { readonly content: Uint8Array });

export interface RunnerResult {
  readonly path: string;
  /** The content of the output, unless it is empty or longer than `maxContentBytes`. If set, the file at `path` may no longer exist. */
  readonly content?: Uint8Array;
  /** Set if the output file and the scratch directory have been deleted. The directory is kept if it contains other files. */
  readonly isCleanedUp?: true;
  readonly bytes: number;
  /** The checksum of the output, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly facts: ModuleFacts;
  /** The model that was used, if the module opened one. */
  readonly model?: UsedModel;
  readonly postingsPath?: string;
  readonly postings?: string;
  readonly snippetsPath?: string;
}

export interface RunnerProgress {
  readonly current: number;
  readonly total: number | null;
  readonly message?: string;
}

/** A line that a module wrote to its run's log. */
export interface RunnerLogLine {
  readonly level: LogLineLevel;
  readonly message: string;
}

export interface RunnerListeners {
  /** Called when a process starts the task, and again if the process dies before it reports the result and the pool retries the task. */
  readonly onStarted?: () => void;
  readonly onProgress?: (progress: RunnerProgress) => void;
  readonly onLog?: (line: RunnerLogLine) => void;
  /** Called at most once per process that runs the task, with all warnings, after the module has succeeded or failed. */
  readonly onWarnings?: (warnings: ModuleWarnings) => void;
  /** Called like `onWarnings`, if the module has sent requests to an endpoint or used cached responses. */
  readonly onUsage?: (usage: Usage) => void;
}

/** Runs modules in child processes with a deadline and a memory limit. */
export interface Runner {
  /**
   * @throws `ModuleError` if the module throws one, for example because it rejects its input; `RunnerError` if the runner is closed, or
   *   the run exceeds a limit, crashes or fails; the signal's reason if the signal is aborted.
   */
  run(task: RunnerTask, options: { signal: AbortSignal } & RunnerListeners): Promise<RunnerResult>;
  /** Returns how many tasks of a module to assign to a process at once: several if they are short. If this method is absent, one. */
  getTasksPerProcess?(module: string): number;
  /** Kills all processes. Running and queued tasks fail with a `RunnerError` with the code `closed`. */
  close(): Promise<void>;
}
