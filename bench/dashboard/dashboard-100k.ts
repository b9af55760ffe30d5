import { join } from 'node:path';
import { withPostgres } from '../support/postgres.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { fillRuns, measureRunLists } from './run-lists.js';

const runCount = 100_000;

/** Measures lists of 100,000 runs on PostgreSQL. */
export async function dashboard100k(): Promise<Result[]> {
  const measured = await withPostgres((url) =>
    withDirectory(async (directory) => {
      const server = await startServerProcess(join(directory, 'data'), ['--no-worker', '--database-url', url]);
      try {
        await fillRuns(server, runCount);
        return await measureRunLists(server, runCount, 100);
      } finally {
        await server.stop();
      }
    }),
  );
  return measured ?? [{ what: 'the dashboard at 100,000 runs', measured: 'did not run: PostgreSQL is not installed' }];
}
