import type { TestProject } from 'vitest/node';
import { postgresPrograms, startPostgres } from './start-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that tests make their databases on; `null` when they run on the embedded database. */
    postgresUrl: string | null;
  }
}

/** Provides the database that the project's tests run on, and the way to get rid of it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.config.env['MILLRACE_TEST_BACKEND'] !== 'postgres') {
    project.provide('postgresUrl', null);
    return undefined;
  }
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) {
    project.provide('postgresUrl', given);
    return undefined;
  }
  const programs = postgresPrograms();
  if (programs === undefined) {
    console.warn(`NOT RUN: ${project.name}: there is no PostgreSQL here. Install it, or set TEST_DATABASE_URL.`);
    project.provide('postgresUrl', null);
    // no name is like this, so every test counts as skipped
    project.config.testNamePattern = /$.^/;
    return undefined;
  }
  const server = await startPostgres(programs);
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
