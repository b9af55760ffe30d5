import type { Contender } from '../many-files/contender.js';

/** A system that runs work in two worker processes. Its sender responds to the requests of `measure-starts.mjs`. */
export interface Starter extends Contender {
  /** What survives a crash of a process or of the machine. */
  readonly durability: string;
}

/** Arguments that make Redis append each change to a log and sync the log every second. */
export const redisSettings = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
export const redisDurability = 'a power failure loses the last second; at least once';
