import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../src/blobs/blob-store.js';

/** Lists the names of all stored files in a data directory. */
export async function blobFiles(dataDir: string): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Creates a scratch directory, as a module's process does. */
export async function makeScratch(blobs: BlobStore): Promise<string> {
  const path = blobs.newScratchPath();
  await mkdir(path);
  return path;
}
