import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { createModuleCatalogue } from '../../../src/module-contract/module-catalogue.js';
import { openQueue } from '../../../src/queue/boss-queue.js';
import { queueOf } from '../../../src/queue/queue.js';
import { openDatabase } from '../../../src/store/open-database.js';
import { queryPostgres, urlOfDatabase } from './postgres-databases.js';
import { postgresPrograms, startPostgres, type PostgresServer } from './start-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that tests make their databases on; `null` when they run on the embedded database. */
    postgres: { readonly url: string; readonly template: string } | null;
  }
}

/** Provides a PostgreSQL server, and a database on it as a server leaves it after its first start, for tests to copy. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await findPostgres();
  if (server === undefined) {
    console.warn(`NOT RUN: ${project.name}: there is no PostgreSQL here. Install it, or set TEST_DATABASE_URL.`);
    // no test has such a name, so all of them count as skipped
    project.config.testNamePattern = /$.^/;
    return undefined;
  }
  const template = `millrace_template_${randomUUID().replaceAll('-', '')}`;
  await queryPostgres(server.url, `create database ${template}`);
  await fill(urlOfDatabase(server.url, template));
  project.provide('postgres', { url: server.url, template });
  return async () => {
    await queryPostgres(server.url, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

async function findPostgres(): Promise<PostgresServer | undefined> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return { url: given, stop: () => Promise.resolve() };
  const programs = postgresPrograms();
  return programs === undefined ? undefined : startPostgres(programs);
}

/** The schema and the queues: most of what a first start takes. */
async function fill(databaseUrl: string): Promise<void> {
  const db = await openDatabase({ databaseUrl, dataDir: tmpdir() });
  try {
    const queue = await openQueue(db);
    await queue.ensure(createModuleCatalogue().all.map(({ name }) => queueOf(name)));
    await queue.close();
  } finally {
    await db.close();
  }
}
