import { open } from 'node:fs/promises';

/**
 * Makes the names in a directory survive a power cut: syncing a file keeps its content, not its name.
 * Windows cannot open directories and writes their changes through its own journal.
 */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
