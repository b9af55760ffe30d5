import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, RunSummary } from 'millrace';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { openDatabase } from '../../src/store/open-database.js';
import { blobFiles } from './blob-files.js';
import type { ChaosService } from './chaos-service.js';

/** Reads all runs of the account. */
export async function allRuns(client: Client): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await client.runs.list({ limit: 1000, cursor });
    runs.push(...page.items);
    if (page.nextCursor === null) return runs;
    cursor = page.nextCursor;
  }
}

interface Orphans {
  /** The number of temporary files, and of stored files that no row refers to. */
  readonly before: number;
  /** The same number after a sweep of files of any age. */
  readonly after: number;
  /** The number of small contents in the database that no row refers to and that no sweep will delete. */
  readonly contents: number;
}

/** Counts the orphans of a stopped service before and after a sweep. */
export async function sweepOrphans({ databaseUrl, dataDir }: ChaosService): Promise<Orphans> {
  const db = await openDatabase({ dataDir, ...(databaseUrl !== undefined && { databaseUrl }) });
  try {
    const findKeysInUse = async (keys: string[]): Promise<Set<string>> => {
      const { rows } = await db.query<{ key: string }>(
        `select key from unnest($1::text[]) as candidate(key) where key in (
           select input_blob from file union all select output_blob from file
           union all select output_blob from task_run union all select snippets_blob from task_run)`,
        [keys],
      );
      return new Set(rows.map(({ key }) => key));
    };
    const orphans = async () => {
      const names = await blobFiles(dataDir);
      const temporary = await readdir(join(dataDir, 'tmp'));
      return names.length - (await findKeysInUse(names)).size + temporary.length;
    };
    const before = await orphans();
    const blobs = await openDiskBlobs(dataDir, 0);
    await blobs.sweep({ olderThanMs: 0, isOnlyProcess: true, findKeysInUse });
    const { rows } = await db.query<{ key: string }>(
      'select key from blob_content where not exists (select from blob_trash where blob_trash.key = blob_content.key)',
    );
    const contents = rows.map(({ key }) => key);
    return { before, after: await orphans(), contents: contents.length - (await findKeysInUse(contents)).size };
  } finally {
    await db.close();
  }
}
