import type { Json } from 'millrace/shared/types/json.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { RanModel } from '../module-contract/model-access.js';
import type { ModuleWarnings } from './task-warnings.js';
import type { ModuleFacts, ModuleInput, ModuleLimits } from '../module-contract/module.js';

/** A module run. It is plain data, because it is sent to a child process. */
export interface RunnerTask {
  readonly module: string;
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly input: ModuleInput;
  readonly scratch: string;
  readonly limits: ModuleLimits;
}

export interface RunnerResult {
  readonly path: string;
  readonly bytes: number;
  /** The checksum in lower-case hexadecimal. */
  readonly sha256: string;
  readonly facts: ModuleFacts;
  /** The model that was used, if the module opened one. */
  readonly model?: RanModel;
  readonly postingsPath?: string;
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

/** Callbacks for the progress, log lines and warnings of a running module. */
export interface RunnerListeners {
  readonly onProgress?: (progress: RunnerProgress) => void;
  readonly onLog?: (line: RunnerLogLine) => void;
  /** Called at most once, when the module has ended by itself, whether it succeeded or not. */
  readonly onWarnings?: (warnings: ModuleWarnings) => void;
}

/** Runs modules in child processes with a deadline and a memory limit. */
export interface Runner {
  /**
   * @throws `ModuleError` if the module rejects its input, `RunnerError` if the run is stopped (deadline, memory), crashes or
   * fails, or the signal's reason if aborted.
   */
  run(task: RunnerTask, options: { signal: AbortSignal } & RunnerListeners): Promise<RunnerResult>;
  /** Kills all processes. Running and queued tasks fail with a `RunnerError` whose code is `closed`. */
  close(): Promise<void>;
}
