/** Limits for work that the server hands out. */
export const workLimits = {
  /** Maximum delay of a start, and maximum time until it expires, in milliseconds: a year. */
  delay: 366 * 24 * 3_600_000,
  /** Maximum number of runs that one request starts. */
  starts: 1000,
  /** Maximum number of runs of one bulk job. */
  bulk: 10_000,
  /** Maximum number of unfinished bulk jobs per account. */
  bulkJobs: 20,
  /** Maximum number of runs that a worker claims at once. */
  claims: 100,
  /** Maximum time that a worker's request waits for runs, in seconds. */
  waitSeconds: 25,
} as const;
