import type { RunState, RunStatus } from './run-status.js';
/** The time span covered by the statistics, ending now. */
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
    /** Statistics for up to 100 pipelines, flows and tasks, starting with those that have the most runs. */
    byOf: {
        of: string;
        kind: RunStatus['kind'];
        runs: Record<RunState, number>;
        durations: RunDurations;
    }[];
    /** Run counts for equal parts of the time span, oldest first. */
    buckets: {
        at: string;
        runs: Record<RunState, number>;
    }[];
    bucketSeconds: number;
    workers: {
        online: number;
        offline: number;
    };
    /** Number of events for unknown runs or tasks since the server first started. The server cannot show these runs. */
    unmatchedReports: number;
}
