import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient, type AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';

const text = 'A diary with a lock. The key is lost.';
const metadata = { file_name: 'diary.txt', file_tags: [{ secret: 'yes' }] };

let server: TestServer;
let ownFile: AddedFile;
let running: AddedFile;
let stranger: HostedClient;
let strangerV1: V1Client;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, parked: ['summarize'] });
  stranger = new HostedClient(server.url, server.otherKey);
  strangerV1 = new V1Client(server.url, server.otherKey);
  ownFile = await server.client.complete('diary', ['keyword-db'], text, metadata);
  running = await server.client.add('diary in work', ['summarize'], text);
});
afterAll(() => server.close());

describe('another account', () => {
  it('does not find a file by list, show-tree or search under the same pipeline name', async () => {
    const selectors = {
      file_ids: [ownFile.fileId],
      file_names: ['diary.txt', '*.txt'],
      symbolic_directory_paths: ['/*'],
      symbolic_file_paths: ['/etc/diary.txt'],
      file_tags: [{ secret: '*' }],
    };
    for (const { body } of [
      await stranger.list('diary', selectors),
      await stranger.keywordSearch('diary', 'lock key', selectors),
      await stranger.semanticSearch('diary', 'lock key', selectors),
    ]) {
      expect(body.items).toEqual([]);
      expect(body.warnings).toHaveLength(2);
    }
    expect((await stranger.list('diary')).body.items).toEqual([]);
    expect((await stranger.showTree('diary')).body.items).toEqual([]);
  });

  it('gets the same response for an existing id as for an unknown id', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    const masked = (response: { status: number; text: string }, id: string) => [
      response.status,
      response.text
        .replaceAll(id, 'ID')
        .replace(/"request_id":"[^"]*"/, '')
        .replace(/"exchangeId":"[^"]*"/, ''),
    ];
    const hosted = [
      (id: string) => stranger.fetchOutput('diary', id),
      (id: string) => stranger.update('diary', id, { file_name: 'stolen.txt' }),
      (id: string) => stranger.delete('diary', id),
      (id: string) => stranger.list('diary', { file_ids: [id] }),
    ];
    for (const call of hosted) {
      expect(masked(await call(ownFile.fileId), ownFile.fileId)).toEqual(masked(await call(unknown), unknown));
    }
    const runs = [
      (id: string) => stranger.processStatus('diary', id),
      (id: string) => strangerV1.run(id),
      (id: string) => strangerV1.run(id, '?wait=30'),
      (id: string) => strangerV1.run(id, '?wait=30&since=0'),
      (id: string) => strangerV1.get(`/v1/runs/${id}/events`),
      (id: string) => strangerV1.cancel(id),
      (id: string) => strangerV1.delete(id),
    ];
    for (const { processId } of [ownFile, running]) {
      for (const call of runs) {
        expect(masked(await call(processId), processId)).toEqual(masked(await call(unknown), unknown));
      }
    }
  });

  it('sees none of our runs with any filter', async () => {
    for (const query of ['', '?of=diary', '?state=completed', '?kind=hosted', '?limit=1000']) {
      expect((await strangerV1.runs(query)).body).toEqual({ items: [], nextCursor: null });
    }
  });

  it('gets no runs with our cursor', async () => {
    const { nextCursor } = (await server.v1.runs('?limit=1')).body;
    expect((await strangerV1.runs(`?cursor=${String(nextCursor)}`)).body.items).toEqual([]);
  });

  it('can use the same pipeline name with another chain, and the same path', async () => {
    const file = await stranger.complete('diary', ['parser'], text, metadata);
    expect((await stranger.list('diary')).body.items.map((item) => item.file_id)).toEqual([file.fileId]);
    expect((await server.client.list('diary')).body.items.map((item) => item.file_id)).toEqual([ownFile.fileId]);
    expect((await stranger.delete('diary', file.fileId)).status).toBe(200);
  });

  it('is not charged for our files', async () => {
    const { units_used: before } = (await stranger.capCheck()).body;
    await server.client.complete('paid', ['parser'], text);
    expect((await stranger.capCheck()).body.units_used).toBe(before);
  });
});

it('our file is unchanged after the requests of the other account', async () => {
  const { client } = server;
  const { items } = (await client.list('diary')).body;
  expect(items).toMatchObject([{ file_id: ownFile.fileId, ...metadata }]);
  expect((await client.download(ownFile)).length).toBeGreaterThan(0);
  expect((await client.processStatus('diary in work', running.processId)).body.failure_status).toBeNull();
});
