import { workerData } from 'node:worker_threads';
import { killOwnProcessGroup } from '../process-tree.js';

/** The `workerData` for the guard thread. */
export interface OrphanGuardData {
  readonly parentPid: number;
}

/**
 * The entry point of a thread that kills this process when the pool's process has ended. The main thread cannot do this reliably, because
 * it receives no `disconnect` event while a module blocks it.
 */
const { parentPid } = workerData as OrphanGuardData;

setInterval(() => {
  if (!isParentAlive()) killOwnProcessGroup();
}, 500);

function isParentAlive(): boolean {
  if (process.platform !== 'win32') return process.ppid === parentPid;
  try {
    return process.kill(parentPid, 0);
  } catch {
    return false;
  }
}
