import { postgresPrograms, startPostgres } from '../server/test/support/start-postgres.js';

/** Runs some work on a PostgreSQL server started for it with the machine's own programs; nothing where there are none. */
export async function withPostgres<T>(work: (url: string) => Promise<T>): Promise<T | undefined> {
  const programs = postgresPrograms();
  if (programs === undefined) return undefined;
  // as in production: every commit waits for the disk
  const server = await startPostgres(programs, { fsync: 'on' });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
