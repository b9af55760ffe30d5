import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunReporter } from '../shared/runs/run-observer.js';
import type { StepInfo } from '../flow/types/local-pipeline.js';
import type { WorkerRecord } from '../shared/types/worker.js';

/** What a program is registered as. */
export interface WorkerOptions {
  /** What the program is called. With `version` and the steps it is the worker's identity. */
  name: string;
  version: string;
  /** What it executes: pipelines, flows and tasks. @default none */
  pipelines?:
    | readonly { readonly name: string; readonly version: string | null; readonly steps?: readonly StepInfo[] }[]
    | undefined;
  /** Where the worker's id is kept, so that it is known although the server cannot be reached. @default nowhere */
  idFile?: string | undefined;
}

/** A registered program. Give it as `report` to runs, and they are the worker's. */
export interface Worker extends RunReporter {
  readonly name: string;
  readonly version: string;
  /** `null` as long as the server could not be reached, and nothing is known from before. */
  readonly id: string | null;
  /** Sends what waits to be reported, at most for 3 seconds, and gives no more signs of life. */
  close(): Promise<void>;
}

/** The programs that execute runs. */
export interface Workers {
  /**
   * Those that were heard of in the last 24 hours, the newest first.
   *
   * @param options.all All that the server knows. Default false.
   */
  list(options?: RequestOptions & { all?: boolean | undefined }): Promise<WorkerRecord[]>;
}
