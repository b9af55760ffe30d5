import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { createModuleCatalogue } from '../../../src/module-contract/module-catalogue.js';
import { openQueue } from '../../../src/queue/boss-queue.js';
import { toQueueName } from '../../../src/queue/queue.js';
import { openDatabase } from '../../../src/store/open-database.js';
import { queryPostgres, urlOfDatabase } from './postgres-databases.js';
import { postgresPrograms, startPostgres, type PostgresServer } from './start-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which tests create their databases; `null` when they run on the embedded database. */
    postgres: { readonly url: string; readonly template: string } | null;
  }
}

/** Provides a PostgreSQL server with a template database, in the state after the first start of a Millrace server. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await findPostgres();
  if (server === undefined) {
    console.warn(`NOT RUN: ${project.name}: PostgreSQL is not installed. Install it, or set TEST_DATABASE_URL.`);
    // no test name matches, so all tests are skipped
    project.config.testNamePattern = /$.^/;
    return undefined;
  }
  const template = `millrace_template_${randomUUID().replaceAll('-', '')}`;
  await queryPostgres(server.url, `create database ${template}`);
  await fillTemplate(urlOfDatabase(server.url, template));
  project.provide('postgres', { url: server.url, template });
  return async () => {
    await queryPostgres(server.url, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

async function findPostgres(): Promise<PostgresServer | undefined> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined) return { url, stop: () => Promise.resolve() };
  const programs = postgresPrograms();
  return programs === undefined ? undefined : startPostgres(programs);
}

/** Creates the schema and the queues, which take most of the time of a first start. */
async function fillTemplate(databaseUrl: string): Promise<void> {
  const db = await openDatabase({ databaseUrl, dataDir: tmpdir() });
  try {
    const queue = await openQueue(db);
    await queue.ensureQueues(createModuleCatalogue().all.map(({ name }) => toQueueName(name)));
    await queue.close();
  } finally {
    await db.close();
  }
}
