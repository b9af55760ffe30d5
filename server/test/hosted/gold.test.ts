import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldCases, hasGold, readGold, type GoldCase } from '../modules/gold-folder.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const recordedCases = (method: string): GoldCase[] => goldCases.filter((gold) => gold.method === method);

/** Returns the body as the service sent it, without the status that the client added. */
function bodyOf({ expected_response: response }: GoldCase): Record<string, unknown> {
  const { status_code: _, ...body } = (response ?? {}) as unknown as Record<string, unknown>;
  return body;
}

const variableKeys = new Set([
  ...['request_id', 'file_id', 'process_id', 'pipeline', 'file_name'],
  ...['created_at', 'last_updated', 'expire_time', 'distance', 'snippet', 'line_numbers'],
]);

/** Returns the keys in order with their values, but only the types of values that differ each time. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, nested]) => [key, variableKeys.has(key) ? typeof nested : shape(nested)]);
}

interface RecordedHit {
  readonly snippet: string;
  readonly line_numbers: readonly number[];
}

describe.runIf(hasGold)('recorded responses of the hosted service', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ parked: ['keyword-db'] });
  });
  afterAll(() => server.close());

  const directory = { symbolic_directory_paths: ['/novels/20th-century'] };

  it('match the responses of list without and with a file, and of delete', async () => {
    const { client } = server;
    const pipeline = 'delete_method_1_parser';
    const [one, none] = recordedCases('list').map(bodyOf);
    expect(shape((await client.list(pipeline, directory)).body)).toEqual(shape(none));
    const file = await client.complete(pipeline, ['parser'], readGold('files/1984_very_short.txt').toString(), {
      file_name: '1984_sample.txt',
      symbolic_directory_path: '/novels/20th-century',
      file_tags: [{ author: 'orwell' }, { category: 'dystopian' }, { century: '20' }],
      expire_time: 1800,
      modules: { module_1: { model: 'sentence' } },
    });
    expect(shape((await client.list(pipeline, directory)).body)).toEqual(shape(one));
    const [deletion] = recordedCases('delete').map(bodyOf);
    const { body } = await client.delete(pipeline, file.fileId);
    const id = /[0-9a-f-]{36}/;
    expect(shape({ ...body, message: body.message.replace(id, '') })).toEqual(
      shape({ ...deletion, message: String(deletion?.['message']).replace(id, '') }),
    );
  });

  it('match the process-status of an unfinished file', async () => {
    // the client derives overall_status from the `failure_status` of the response
    const [{ overall_status: _, ...status } = {}] = recordedCases('process_status').map(bodyOf);
    const file = await server.client.add(`status-${randomUUID()}`, ['keyword-db'], 'A text.', { expire_time: 1800 });
    const { failure_status: failure, ...body } = (await server.client.processStatus(file.pipeline, file.processId))
      .body;
    expect(shape(body)).toEqual(shape(status));
    expect(failure).toBeNull();
  });

  // hits depend on the model, as does the English translation of don_esp.txt
  const searches = recordedCases('semantic_search');
  it.for(searches)('$id: match the keys, and the snippets with their lines', async (gold) => {
    const [input = ''] = gold.inputs ?? [];
    const isJson = input.endsWith('.json');
    const chain = [...(isJson ? [] : ['parser']), 'text-embedder', 'vector-db'];
    const pipeline = `near-${randomUUID()}`;
    const file = await server.client.complete(pipeline, chain, readGold(input).toString(), {
      file_name: isJson ? 'a.json' : 'a.txt',
      symbolic_directory_path: '/etc',
      expire_time: 1800,
      modules: {},
    });
    const search = { file_ids: [file.fileId] };
    const { body } = await server.client.semanticSearch(pipeline, gold.query ?? '', { ...search, k: 5 });
    expect(shape(body)).toEqual(shape(bodyOf(gold)));
    if (gold.module_chain?.includes('translate')) return;
    const all = await server.client.semanticSearch(pipeline, gold.query ?? '', { ...search, k: 99 });
    const text = ({ snippet, line_numbers }: RecordedHit): string => JSON.stringify([snippet, line_numbers]);
    const allHits = all.body.items.flatMap(({ search_results }) => search_results as readonly RecordedHit[]).map(text);
    const hits = (gold.expected_response?.items[0]?.search_results ?? []) as readonly RecordedHit[];
    for (const hit of hits) expect(allHits).toContain(text(hit));
  });
});

it.runIf(hasGold)('finds all recorded responses (NOT RUN without them)', () => {
  const counts = ['list', 'delete', 'process_status', 'semantic_search'].map((method) => recordedCases(method).length);
  expect(counts).toEqual([2, 1, 1, 3]);
});
