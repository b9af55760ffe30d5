import { randomUUID } from 'node:crypto';
import type { PipelineFile } from 'millrace/shared/types/file-record.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
