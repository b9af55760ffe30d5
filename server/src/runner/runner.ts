import type { RanModel } from '../models/model-access.js';
import type { ModuleFacts, ModuleInput, ModuleLimits } from '../modules/module.js';
import type { Json } from 'millrace/types/json.js';

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

/** Runs modules in child processes: a deadline, a memory limit and a kill for each. */
export interface Runner {
  /**
   * @throws `ModuleError` when the module refused its input; `RunnerError` when it was stopped (deadline, memory),
   * or died; the signal's reason when aborted.
   */
  run(
    task: RunnerTask,
    options: { signal: AbortSignal; onProgress?: (progress: RunnerProgress) => void },
  ): Promise<RunnerResult>;
  close(): Promise<void>;
}
