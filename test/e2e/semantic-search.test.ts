import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMillraceError, type Client } from 'millrace';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

const garden = 'Roses need water in summer.\nThe old gate creaks.\n\nNobody painted the gate for years.';
const harbour = 'Boats wait for the tide. The gate of the lock opens at six.\nRopes are wet.';

let server: LocalServer;
let client: Client;
let ids: Record<'garden' | 'harbour', string>;
const pipelineOf = (from: Client) => from.createPipeline('notes', ['parser', 'text-embedder', 'vector-db']);

beforeAll(async () => {
  server = await startLocalServer();
  client = server.connect();
  const addFile = async (text: string, fileName: string) =>
    (await pipelineOf(client).process(bytes(text), { fileName, localSaveDirectory: server.out })).fileId;
  ids = { garden: await addFile(garden, 'garden.txt'), harbour: await addFile(harbour, 'harbour.txt') };
});

afterAll(() => server.close());

test('semanticSearch finds the nearest snippets of each file, with their line numbers', async () => {
  const notes = pipelineOf(client);
  const one = await notes.semanticSearch('who painted the gate', { fileIds: [ids.garden], k: 2 });
  expect(one.warnings).toEqual([expect.stringMatching(/builtin-hash-384 compares words, not meaning/)]);
  expect(one.items).toHaveLength(1);
  expect(one.items[0]?.file).toMatchObject({ fileId: ids.garden, fileName: 'garden.txt', model: 'builtin-hash-384' });
  expect(one.items[0]?.hits.map(({ snippet, lineNumbers }) => ({ snippet, lineNumbers }))).toEqual([
    { snippet: 'Nobody painted the gate for years.', lineNumbers: [3, 4] },
    { snippet: 'The old gate creaks.', lineNumbers: [2] },
  ]);

  const both = await notes.semanticSearch('the gate', { symbolicDirectoryPaths: ['/*'] });
  expect(both.items.map(({ file }) => file.fileId).sort()).toEqual(Object.values(ids).sort());
  for (const { hits } of both.items) expect(hits).toHaveLength(3);
  expect(both.warnings).toEqual([]);
});

test("semanticSearch sorts the hits of all files by distance with sortOrder: 'global'", async () => {
  const { items } = await pipelineOf(client).semanticSearch('Ropes are wet.', {
    symbolicDirectoryPaths: ['/*'],
    sortOrder: 'global',
    k: 2,
  });
  const distances = items.map(({ hits }) => hits[0]?.distance ?? NaN);
  expect(items.map(({ hits }) => hits.length)).toEqual([1, 1, 1, 1]);
  expect(items[0]).toMatchObject({ file: { fileId: ids.harbour }, hits: [{ snippet: 'Ropes are wet.', distance: 0 }] });
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
});

test('process rejects a model that is not installed', async () => {
  const notes = client.createPipeline('real notes', ['parser', 'text-embedder', 'vector-db']);
  const modules = { 'text-embedder': { model: 'all-mpnet-base-v2' } } as const;
  const failure: unknown = await notes
    .process(bytes(garden), { fileName: 'garden.txt', modules, localSaveDirectory: server.out })
    .catch((error: unknown) => error);
  expect(isMillraceError(failure)).toBe(true);
  expect((failure as Error).message).toContain(
    'Model "all-mpnet-base-v2" is not installed and downloads are disabled.',
  );
});
