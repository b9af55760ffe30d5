import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { newCluster } from './new-cluster.js';
import { queryPostgres, urlOfDatabase } from './postgres-databases.js';

export interface TestDatabase {
  /** Options for `openDatabase`. */
  readonly options: { readonly databaseUrl?: string; readonly dataDir: string };
  cleanup(): Promise<void>;
}

/**
 * Creates an empty database on the backend of the test's project.
 *
 * @param options.isPrepared Whether the database already has the schema and the queues, which saves most of the time of a server's
 *   start on PostgreSQL. The embedded database always starts from the build's template. @default false
 */
export async function createTestDatabase({ isPrepared = false } = {}): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const removeDataDir = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  const server = inject('postgres');
  if (server === null) {
    await newCluster(join(dataDir, 'pg'));
    return { options: { dataDir }, cleanup: removeDataDir };
  }

  const name = `millrace_test_${randomUUID().replaceAll('-', '')}`;
  await queryPostgres(server.url, `create database ${name}${isPrepared ? ` template ${server.template}` : ''}`);
  return {
    options: { databaseUrl: urlOfDatabase(server.url, name), dataDir },
    cleanup: async () => {
      await queryPostgres(server.url, `drop database if exists ${name} with (force)`);
      await removeDataDir();
    },
  };
}
