import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSummary } from 'millrace';
import type { LocalServer } from './local-server.js';

export const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Returns the SHA-256 of every stored blob of a server, sorted. */
export async function storedDigests({ dataDir }: LocalServer): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(async (path) => digest(await readFile(path))))).sort();
}

/** Returns the SHA-256 of every run's input on a server, sorted. */
export async function inputDigests(server: LocalServer): Promise<string[]> {
  const { files } = server.connect();
  const inputs = (await allRuns(server)).map(async ({ fileId }) =>
    digest((await files.input(fileId ?? '', { localSaveDirectory: false })).content ?? new Uint8Array()),
  );
  return (await Promise.all(inputs)).sort();
}

/** Returns every run of a server. */
export async function allRuns(server: LocalServer): Promise<RunSummary[]> {
  const { runs } = server.connect();
  const all: RunSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await runs.list({ limit: 100, ...(cursor !== undefined && { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
