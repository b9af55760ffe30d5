import { workerData } from 'node:worker_threads';
import { endOwnGroup } from './end-own-group.js';

/** What the guard's thread is started with. */
export interface OrphanGuardData {
  readonly parentPid: number;
}

/**
 * The entry of a thread beside the module's: it ends the process when the pool's process is gone. A module in an endless
 * loop never gets to the event that tells so; a thread of its own does.
 */
const { parentPid } = workerData as OrphanGuardData;

setInterval(() => {
  if (!parentLives()) endOwnGroup();
}, 500);

function parentLives(): boolean {
  if (process.platform !== 'win32') return process.ppid === parentPid;
  try {
    return process.kill(parentPid, 0);
  } catch {
    return false;
  }
}
