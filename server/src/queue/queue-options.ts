/** The dead-letter queue for jobs that have lost too many workers. */
export const deadLetterQueue = 'exhausted';

/** How many workers a job can lose and still be retried. A failed step does not count, because it completes its job. */
const maxLostWorkers = 4;
const tenYearsSeconds = 10 * 365 * 86_400;

export const stepQueueOptions = {
  retryLimit: maxLostWorkers,
  retryDelay: 0,
  // the minimum allowed by pg-boss
  heartbeatSeconds: 10,
  // the maximum allowed by pg-boss
  expireInSeconds: 86_400,
  // effectively unlimited, because a job waits until a worker supports its module
  retentionSeconds: tenYearsSeconds,
  deleteAfterSeconds: 10,
  deadLetter: deadLetterQueue,
} as const;

export const deadLetterQueueOptions = { retentionSeconds: tenYearsSeconds, deleteAfterSeconds: 10 } as const;

/** Returns whether the queue has a different value for any of the options, for example because an earlier release created the queue. */
export function hasDifferentOptions(queue: object, options: object): boolean {
  return Object.entries(options).some(([name, value]) => (queue as Record<string, unknown>)[name] !== value);
}
