import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that tests make their databases on; `null` when this run is for the embedded database. */
    postgresUrl: string | null;
  }
}

/** Provides the backend that the project's tests run on. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.config.env['MILLRACE_TEST_BACKEND'] !== 'postgres') {
    project.provide('postgresUrl', null);
    return undefined;
  }
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) {
    project.provide('postgresUrl', given);
    return undefined;
  }
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  return server.stop;
}
