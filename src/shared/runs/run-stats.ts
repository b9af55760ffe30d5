import type { RunState, RunStatus } from './run-status.js';

/** The time span of the statistics, ending now. */
export type StatsRange = '1h' | '6h' | '24h' | '7d' | '30d';

/** The durations of completed runs, in milliseconds; `null` if no runs completed. */
export interface RunDurations {
  p50: number | null;
  p95: number | null;
}

/** Statistics for the runs created within a time span. */
export interface RunStats {
  range: StatsRange;
  /** ISO 8601, UTC. */
  from: string;
  to: string;
  runs: Record<RunState, number>;
  durations: RunDurations;
  /** The numbers for up to 100 pipelines, flows and tasks, those with the most runs first. */
  byOf: { of: string; kind: RunStatus['kind']; runs: Record<RunState, number>; durations: RunDurations }[];
  /** The time span in equal parts, oldest first. */
  buckets: { at: string; runs: Record<RunState, number> }[];
  bucketSeconds: number;
  workers: { online: number; offline: number };
  /** Number of events for unknown runs or tasks since the server's first start. Their programs run, but the server cannot show them. */
  unmatchedReports: number;
}
