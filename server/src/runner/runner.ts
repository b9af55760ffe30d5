import type { RanModel } from '../module-contract/model-access.js';
import type { ModuleFacts, ModuleInput, ModuleLimits } from '../module-contract/module.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';

/** One module run, as it is handed to a child process. Plain data: it crosses a process boundary. */
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
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly facts: ModuleFacts;
  /** The model that did the work, when the module opened one. */
  readonly model?: RanModel;
  readonly postingsPath?: string;
  readonly snippetsPath?: string;
}

export interface RunnerProgress {
  readonly current: number;
  readonly total: number | null;
  readonly message?: string;
}

/** What a module wrote into its run's log. */
export interface RunnerLogLine {
  readonly level: LogLineLevel;
  readonly message: string;
}

/** What the outside hears of a module run while it goes on. */
export interface RunnerListeners {
  readonly onProgress?: (progress: RunnerProgress) => void;
  readonly onLog?: (line: RunnerLogLine) => void;
}

/** Runs modules in child processes: a deadline, a memory limit and a kill for each. */
export interface Runner {
  /**
   * @throws `ModuleError` when the module refused its input; `RunnerError` when it was stopped (deadline, memory),
   * or died; the signal's reason when aborted.
   */
  run(task: RunnerTask, options: { signal: AbortSignal } & RunnerListeners): Promise<RunnerResult>;
  close(): Promise<void>;
}
