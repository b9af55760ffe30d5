import { randomUUID } from 'node:crypto';
import type { PipelineFile } from 'millrace/shared/types/file-record.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { defaultAccount } from '../../src/accounts/accounts.js';
import { openDatabase } from '../../src/store/open-database.js';
import { fillStore } from '../support/fill-store.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase } from '../support/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true });
});
afterAll(() => server.close());

const text = 'Snow came early. The road was closed.';

describe('a file by its id', () => {
  it('is what its pipeline lists, with the name of the pipeline', async () => {
    const { client, v1, clock } = server;
    const given = {
      file_name: 'winter.txt',
      symbolic_directory_path: '/seasons',
      file_tags: [{ author: 'nobody' }],
      file_description: 'About a road.',
      expire_time: 7200,
    };
    const { fileId } = await client.complete('notes', ['parser'], text, given);
    const [listed] = (await client.list('notes', { file_ids: [fileId] })).body.items;
    const { modules, modules_data: modulesData } = listed!.file_metadata as Record<string, unknown>;
    const { status, body } = await v1.get<PipelineFile>(`/v1/files/${fileId.toUpperCase()}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      fileId,
      requestId: listed!.process_id,
      pipeline: 'notes',
      state: 'ready',
      fileName: 'winter.txt',
      symbolicDirectoryPath: '/seasons',
      symbolicFilePath: '/seasons/winter.txt',
      fileTags: [{ author: 'nobody' }],
      fileDescription: 'About a road.',
      createdAt: clock.now().toISOString(),
      lastUpdated: clock.now().toISOString(),
      expiresAt: new Date(clock.now().getTime() + 7_200_000).toISOString(),
      modules,
      modulesData,
    });
  });

  it.each(['', 'x', randomUUID()])('is not found for the id %j', async (id) => {
    expect(await server.v1.get(`/v1/files/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
  });

  it('is not found by another account, nor once it has expired', async () => {
    const { fileId } = await server.client.complete('gone', ['parser'], text, { expire_time: 60 });
    const other = new V1Client(server.url, server.otherKey);
    expect((await other.get(`/v1/files/${fileId}`)).status).toBe(404);
    expect((await server.v1.get(`/v1/files/${fileId}`)).status).toBe(200);
    server.clock.advance(61);
    expect((await server.v1.get(`/v1/files/${fileId}`)).status).toBe(404);
  });
});

describe('the finished files of a pipeline', () => {
  const remove = (query: string, { url, apiKey } = server) =>
    new V1Client(url, apiKey).call<{ deleted: number; more: boolean }>('DELETE', `/v1/files${query}`);

  it('are deleted together, and no others', async () => {
    const { client, v1 } = server;
    const files = [await client.complete('old', ['parser'], text), await client.complete('old', ['parser'], text)];
    const other = await client.complete('new', ['parser'], text);
    const reserved = await client.process('old', ['parser']);
    const elsewhere = await remove('?pipeline=old', { ...server, apiKey: server.otherKey });
    expect(elsewhere.body).toEqual({ deleted: 0, more: false });
    expect((await remove('?pipeline=old')).body).toEqual({ deleted: 2, more: false });
    for (const { fileId, processId } of files) {
      expect((await v1.get(`/v1/files/${fileId}`)).status).toBe(404);
      expect((await v1.run(processId)).status).toBe(404);
    }
    expect((await v1.get(`/v1/files/${other.fileId}`)).status).toBe(200);
    expect((await v1.run(reserved.body.request_id)).status).toBe(200);
    expect((await remove('?pipeline=old')).body).toEqual({ deleted: 0, more: false });
  });

  it('of no name are refused', async () => {
    expect((await remove('')).status).toBe(400);
    expect((await remove('?pipeline=')).status).toBe(400);
  });

  it('are deleted with several requests if there are many', { timeout: 120_000 }, async () => {
    const database = await createTestDatabase({ isPrepared: true });
    const clock = new TestClock();
    const db = await openDatabase(database.options);
    await fillStore(db, { accountId: (await defaultAccount(db, clock)).id, files: 5000, now: clock.now() });
    await db.close();
    const filled = await startTestServer({ database });
    onTestFinished(async () => {
      await filled.close();
      await database.cleanup();
    });
    const { body } = await filled.client.list('notes', { max_files: 5000 });
    expect(body.items.length).toBeGreaterThan(1000);
    let deleted = 0;
    for (let isMore = true; isMore;) {
      const response = await remove('?pipeline=notes', filled);
      expect(response.body.deleted).toBeLessThanOrEqual(1000);
      deleted += response.body.deleted;
      isMore = response.body.more;
    }
    expect(deleted).toBe(body.items.length);
    expect((await filled.client.list('notes')).body.items).toEqual([]);
  });
});
