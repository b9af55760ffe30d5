/** What a worker executes. */
export interface WorkerPipeline {
  name: string;
  steps: { name: string; version: string | null }[];
}

/** A program that executes runs of its own functions, as the server knows it. */
export interface WorkerRecord {
  id: string;
  name: string;
  version: string;
  pipelines: WorkerPipeline[];
  /** `offline`: it has been silent for 30 s, or for what the server is set to. */
  status: 'online' | 'offline';
  /** ISO 8601, UTC. */
  registeredAt: string;
  seenAt: string;
  /** How many of its runs are in which state. */
  runs: { open: number; completed: number; failed: number; cancelled: number; crashed: number };
  /** The mean time that its completed runs took, in milliseconds; `null` without any. */
  meanDurationMs: number | null;
}
