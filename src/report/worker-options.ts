import type { RunReporter } from '../shared/runs/run-observer.js';
import type { StepInfo } from '../flow/types/local-pipeline.js';

/** Options of `client.worker()`. */
export interface WorkerOptions {
  /** The name of the program. Name, version and steps identify the worker. */
  name: string;
  version: string;
  /** The pipelines, flows and tasks that it executes. @default none */
  pipelines?:
    | readonly { readonly name: string; readonly version: string | null; readonly steps?: readonly StepInfo[] }[]
    | undefined;
  /** The path of a file that keeps the worker's id, so that it is known when the server cannot be reached. @default none */
  idFile?: string | undefined;
}

/** A registered program. Pass it to runs as `report`, and they belong to the worker. */
export interface Worker extends RunReporter {
  readonly name: string;
  readonly version: string;
  /** `null` until the server was reached, unless the id is known from `idFile`. */
  readonly id: string | null;
  /** Sends pending events for at most 3 seconds, and stops the heartbeats. */
  close(): Promise<void>;
}
