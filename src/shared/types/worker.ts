/** What a worker executes. */
export interface WorkerPipeline {
  name: string;
  steps: { name: string; version: string | null }[];
}

/** A registered program that executes runs of its own functions. */
export interface WorkerRecord {
  id: string;
  name: string;
  version: string;
  pipelines: WorkerPipeline[];
  /** `offline` after 30 s without a heartbeat, or the time that the server is configured for. */
  status: 'online' | 'offline';
  /** ISO 8601, UTC. */
  registeredAt: string;
  seenAt: string;
  /** The number of its runs by state. */
  runs: { open: number; completed: number; failed: number; cancelled: number; crashed: number };
  /** The mean duration of its completed runs in milliseconds; `null` without completed runs. */
  meanDurationMs: number | null;
}
