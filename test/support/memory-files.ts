import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';

const directory = '/dev/shm';

/** Several times the space that the tests use at once. */
const neededBytes = 4 * 2 ** 30;

/**
 * Keeps the tests' temporary files in memory if there is room. There are many small ones, and a disk would take a third of the test time.
 * Set `TMPDIR` to use another directory.
 */
export function setup(): (() => void) | undefined {
  if (process.env['TMPDIR'] !== undefined || freeBytes() < neededBytes) return undefined;
  const root = mkdtempSync(`${directory}/millrace-tests-`);
  // PostgreSQL does not run as root, so its user needs access to its directory in here
  chmodSync(root, 0o711);
  process.env['TMPDIR'] = root;
  return () => {
    delete process.env['TMPDIR'];
    rmSync(root, { recursive: true, force: true });
  };
}

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
