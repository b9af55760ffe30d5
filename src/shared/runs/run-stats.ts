import type { RunState, RunStatus } from './run-status.js';

/** The span of time that statistics are of, up to now. */
export type StatsRange = '1h' | '6h' | '24h' | '7d' | '30d';

/** Milliseconds that completed runs took; `null` without any. */
export interface RunDurations {
  p50: number | null;
  p95: number | null;
}

/** What happened on a server, of the runs that were created within a span of time. */
export interface RunStats {
  range: StatsRange;
  /** ISO 8601, UTC. */
  from: string;
  to: string;
  runs: Record<RunState, number>;
  durations: RunDurations;
  /** For each pipeline, flow and task, those with the most runs first; at most 100. */
  byOf: { of: string; kind: RunStatus['kind']; runs: Record<RunState, number>; durations: RunDurations }[];
  /** The span in equal parts, the oldest first. */
  buckets: { at: string; runs: Record<RunState, number> }[];
  bucketSeconds: number;
  workers: { online: number; offline: number };
  /** Events about unknown runs or tasks, since the server's first start. Their programs run, but the server cannot show them. */
  unmatchedEvents: number;
}
