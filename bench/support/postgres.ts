import { postgresPrograms, startPostgres } from '../../server/test/support/database/start-postgres.js';

/** Runs `work` with the URL of a new PostgreSQL server. @returns The result of `work`, or `undefined` if PostgreSQL is not installed. */
export async function withPostgres<T>(work: (url: string) => Promise<T>): Promise<T | undefined> {
  const programs = postgresPrograms();
  if (programs === undefined) return undefined;
  // every commit waits for the disk, as in production
  const server = await startPostgres(programs, { fsync: 'on' });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
