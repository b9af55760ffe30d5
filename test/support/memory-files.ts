import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';

const directory = '/dev/shm';

/** Several times what the tests write at a time. */
const neededBytes = 4 * 2 ** 30;

/**
 * Keeps the tests' temporary files in memory where there is room: they are many and small, and a disk takes a third of the time.
 * Set `TMPDIR` to choose another place.
 */
export function setup(): (() => void) | undefined {
  if (process.env['TMPDIR'] !== undefined || freeBytes() < neededBytes) return undefined;
  const root = mkdtempSync(`${directory}/millrace-tests-`);
  // PostgreSQL does not run as root: its user has to reach its own directory
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
