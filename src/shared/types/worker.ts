/** A pipeline, flow or task that a worker executes. */
export interface WorkerPipeline {
  name: string;
  /** A flow or task has one step: itself. */
  steps: { name: string; version: string | null }[];
}

/** A registered worker: a program that executes runs of its pipelines, flows and tasks. */
export interface WorkerRecord {
  id: string;
  name: string;
  version: string;
  pipelines: WorkerPipeline[];
  /** `offline` after 30 s without a heartbeat, unless the server is configured otherwise. */
  status: 'online' | 'offline';
  /** ISO 8601, UTC. */
  registeredAt: string;
  /** When the worker last registered or sent a heartbeat. ISO 8601, UTC. */
  seenAt: string;
  /** The number of the worker's runs by state. `open` runs have not ended. */
  runs: { open: number; completed: number; failed: number; cancelled: number; crashed: number };
  /** The mean duration of completed runs, in milliseconds; `null` if no run has completed. */
  meanDurationMs: number | null;
}
