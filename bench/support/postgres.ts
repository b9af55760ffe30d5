import { postgresPrograms, startPostgres } from '../../server/test/support/database/start-postgres.js';

/** Starts a PostgreSQL server with the programs of this machine and runs `work` on it. Does nothing if they are not installed. */
export async function withPostgres<T>(work: (url: string) => Promise<T>): Promise<T | undefined> {
  const programs = postgresPrograms();
  if (programs === undefined) return undefined;
  // as in production, every commit waits for the disk
  const server = await startPostgres(programs, { fsync: 'on' });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
