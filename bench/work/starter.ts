import type { Contender } from '../many-files/contender.js';

/** A system that starts work in two worker processes. Its sender responds to the questions of `answer-questions.mjs`. */
export interface Starter extends Contender {
  /** What it keeps when a process or the machine ends. */
  readonly promise: string;
}

/** Redis writes its log at each change and syncs it each second. */
export const redisSettings = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
export const redisPromise = 'a power failure loses the last second; at least once';
