/** Limits for runs that workers claim, and for bulk jobs. */
export const workLimits = {
  /** Maximum `delay` and `expiresIn` of a run, in milliseconds: 366 days. */
  delayMs: 366 * 24 * 3_600_000,
  /** Maximum number of runs to start in one request. */
  starts: 1000,
  /** Maximum number of runs per bulk job. */
  bulkRuns: 10_000,
  /** Maximum number of unfinished bulk jobs per account. */
  bulkJobs: 20,
  /** Maximum number of runs that a worker can claim in one request. */
  claims: 100,
  /** Maximum time for which a worker's request waits for runs, in seconds. */
  waitSeconds: 25,
} as const;
