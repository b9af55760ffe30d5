import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** What `openDatabase` takes. */
  readonly options: { readonly databaseUrl?: string; readonly dataDir: string };
  cleanup(): Promise<void>;
}

/** A fresh and empty database on the backend that this run is for, apart from every other test's. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const removeDataDir = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  const serverUrl = inject('postgresUrl');
  if (serverUrl === null) return { options: { dataDir }, cleanup: removeDataDir };

  const name = `millrace_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    options: { databaseUrl: url.href, dataDir },
    cleanup: async () => {
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
      await removeDataDir();
    },
  };
}

async function onServer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
