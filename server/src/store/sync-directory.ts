import { open } from 'node:fs/promises';

/** Makes the names of what was created or renamed in the directory survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows neither opens directories nor needs this
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
