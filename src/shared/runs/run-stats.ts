import type { RunState, RunStatus } from './run-status.js';

/** The time spans that statistics are available for. */
export const statsRanges = ['1h', '6h', '24h', '7d', '30d'] as const;

/** A time span that ends now. */
export type StatsRange = (typeof statsRanges)[number];

/** Percentiles of the durations of completed runs, in milliseconds; `null` if no runs completed. */
export interface RunDurations {
  p50: number | null;
  p95: number | null;
}

/** The runs created within a time span: their number in each state, and their durations. */
export interface RunMeasures {
  runs: Record<RunState, number>;
  durations: RunDurations;
}

/** Statistics for the runs created within a time span, and figures for workers, wpipe reports, webhooks and the disk. */
export interface RunStats {
  range: StatsRange;
  /** ISO 8601, UTC. */
  from: string;
  to: string;
  runs: Record<RunState, number>;
  durations: RunDurations;
  /** Statistics for each of the pipelines, flows and tasks with the most runs: at most 100, most runs first. */
  byOf: {
    of: string;
    kind: RunStatus['kind'];
    runs: Record<RunState, number>;
    durations: RunDurations;
    /** The durations in the previous time span. */
    before: RunDurations;
  }[];
  /** Statistics for the previous time span of the same length. */
  before: RunMeasures;
  /** Run counts for equal parts of the time span, oldest first. `at` is the start of the part. */
  buckets: { at: string; runs: Record<RunState, number> }[];
  /** The length of each part, in seconds. */
  bucketSeconds: number;
  /** Counts of the workers that were seen in the last 24 hours. */
  workers: { online: number; offline: number };
  /**
   * The number of events from wpipe programs that have matched no run or task since the account was created. 0 for a key that is restricted
   * to certain pipelines.
   */
  unmatchedReports: number;
  /**
   * The number of pending webhook deliveries, and the number of failed ones that were created in the time span. Both are 0 for a key that
   * is restricted to certain pipelines.
   */
  webhooks: { pending: number; failed: number };
  /** The size and free space of the disk that holds the server's files. */
  disk: { totalBytes: number; freeBytes: number };
}

/**
 * Runs of the same pipeline, flow or task that failed or crashed for the same reason: the same step, code and message. The comparison
 * ignores ids, numbers, URLs, paths and quoted values in messages.
 */
export interface FailureGroup {
  /** Identifies the reason. `GET /v1/runs?fingerprint=&since=` lists the runs that failed for it. */
  fingerprint: string;
  /** The name of the pipeline, flow or task. */
  of: string;
  kind: RunStatus['kind'];
  /** The module, step or task that failed; `null` if none of them failed. */
  step: string | null;
  /** The code of the newest run's error; `null` if none was reported. */
  code: string | null;
  /** The message of the newest run's error; `null` if none was reported. */
  message: string | null;
  count: number;
  /** When the earliest of these runs ended. ISO 8601, UTC. */
  first: string;
  /** When the most recent of these runs ended. */
  last: string;
  /** The id of the newest run. */
  example: string;
}

/** The failed and crashed runs that were created within a time span, grouped by reason: at most 50 groups, largest first. */
export interface FailureGroups {
  range: StatsRange;
  items: FailureGroup[];
}

/** Statistics for one pipeline, flow or task. */
export interface PipelineSummary extends RunMeasures {
  /** The name of the pipeline, flow or task. */
  of: string;
  /** `null` if no run was created in the time span. Such an item is listed only because an online worker serves runs with its name. */
  kind: RunStatus['kind'] | null;
  /** The modules of a hosted pipeline's newest run; otherwise `null`. */
  modules: string[] | null;
  /** The versions of the runs created in the time span. */
  versions: string[];
  /** The online workers that serve the pipeline, flow or task. Empty for a hosted pipeline, which the server itself runs. */
  servedBy: { id: string; name: string; version: string }[];
  lastRun: { requestId: string; name: string; state: RunState; createdAt: string; durationMs: number | null } | null;
  /** Completed runs as a fraction of completed, failed and crashed runs, 0 to 1; `null` without such runs. */
  successRate: number | null;
}

/** The pipelines, flows and tasks with the most runs in a time span, at most 100, and those that online workers serve. */
export interface PipelineSummaries {
  range: StatsRange;
  items: PipelineSummary[];
}
