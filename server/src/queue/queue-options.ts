/** The dead-letter queue for jobs that have lost too many workers. */
export const exhaustedQueue = 'exhausted';

/** How many workers a job can lose and still be retried. A failed step is not retried, because it completes its job. */
const maxLostWorkers = 4;
const tenYears = 10 * 365 * 86_400;

export const queueOptions = {
  retryLimit: maxLostWorkers,
  retryDelay: 0,
  // the minimum allowed by pg-boss
  heartbeatSeconds: 10,
  // the maximum allowed by pg-boss
  expireInSeconds: 86_400,
  // in effect unlimited, because a job waits until a worker supports its module
  retentionSeconds: tenYears,
  deleteAfterSeconds: 10,
  deadLetter: exhaustedQueue,
} as const;

export const exhaustedOptions = { retentionSeconds: tenYears, deleteAfterSeconds: 10 } as const;

/** Returns whether a queue's options differ from the given ones, for example because an earlier release created the queue. */
export function hasOtherOptions(queue: object, options: object): boolean {
  return Object.entries(options).some(([name, value]) => (queue as Record<string, unknown>)[name] !== value);
}
