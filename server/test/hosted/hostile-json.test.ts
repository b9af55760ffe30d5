import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UploadForm } from '../support/clients/hosted-responses.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const reservation = { pipeline: 'hostile', pipeline_ordered_modules: ['parser'], version: '1' };

/** Sends JSON text unchanged, and expects success or a readable error, but no internal error. */
async function expectNoFailure(path: string, json: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await server.client.send<Record<string, unknown>>(path, json);
  expect([200, 400, 413], json.slice(0, 100)).toContain(status);
  expect(body['code']).not.toBe('internal');
  expect(body['request_id']).toEqual(expect.any(String));
  expect(body['message']).toEqual(expect.any(String));
  return { status, body };
}

const texts = [
  '\u0000',
  'a\u0000b.txt',
  '\ud800',
  '\udfff.txt',
  '\u202e',
  '\u001b[31m',
  '%s%n',
  '${x}',
  "'; drop table file; --",
];

describe('strange characters', () => {
  it.each(texts)('like %j do no harm in any text of process', async (text) => {
    for (const field of ['pipeline', 'file_name', 'symbolic_directory_path', 'file_description', 'version']) {
      const value = field === 'symbolic_directory_path' ? `/${text}` : text;
      await expectNoFailure('/krixik-core-process', JSON.stringify({ ...reservation, [field]: value }));
    }
    await expectNoFailure('/krixik-core-process', JSON.stringify({ ...reservation, pipeline_ordered_modules: [text] }));
    await expectNoFailure('/krixik-core-process', JSON.stringify({ ...reservation, file_tags: [{ [text]: text }] }));
    await expectNoFailure(
      '/krixik-core-process',
      JSON.stringify({ ...reservation, modules: { module_1: { model: text } } }),
    );
    await expectNoFailure(
      '/krixik-core-process',
      JSON.stringify({ ...reservation, modules: { [text]: { model: 'sentence' } } }),
    );
  });

  it.each(texts)('like %j do no harm in any selector', async (text) => {
    const bodies = [
      { file_ids: [text] },
      { file_names: [text] },
      { file_names: [`*${text}*`] },
      { symbolic_directory_paths: [`/${text}`] },
      { symbolic_directory_paths: [`/${text}*`] },
      { symbolic_file_paths: [`/${text}/${text}`] },
      { file_tags: [{ [text]: text }] },
      { file_tags: [{ [text]: '*' }] },
      { pipeline: text },
    ];
    for (const body of bodies) {
      await expectNoFailure('/krixik-core-list', JSON.stringify({ pipeline: 'hostile', ...body }));
      await expectNoFailure('/keyword-search', JSON.stringify({ pipeline: 'hostile', query: text, ...body }));
    }
    await expectNoFailure(
      '/krixik-core-show-tree',
      JSON.stringify({ pipeline: text, symbolic_directory_path: `/${text}` }),
    );
  });

  it('are rejected, not truncated, in a header that is too long', async () => {
    const { status, body } = await server.client.process(
      'hostile header',
      ['parser'],
      {},
      { 'Idempotency-Key': 'x'.repeat(4000) },
    );
    expect(status).toBe(400);
    expect(body.message).toContain('at most 255 characters, got 4000');
  });
});

describe('names of prototype properties', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    '%s is rejected as a module, label, model or parameter',
    async (name) => {
      const refused = [
        { pipeline_ordered_modules: [name] },
        { modules: { module_1: { model: name } } },
        { modules: { module_1: { model: 'fixed', params: { [name]: 'x' } } } },
      ].map((change) => JSON.stringify({ ...reservation, ...change }));
      refused.push(JSON.stringify({ ...reservation, modules: { [name]: { model: 'sentence' } } }));
      for (const json of refused) expect((await expectNoFailure('/krixik-core-process', json)).status, json).toBe(400);
    },
  );

  it('__proto__ is rejected as a module or model, and has no effect as a label or parameter', async () => {
    const { client } = server;
    const send = (pipeline: string, rest: string) =>
      expectNoFailure(
        '/krixik-core-process',
        JSON.stringify({ ...reservation, pipeline }).replace(/\}$/, `, ${rest}}`),
      );
    expect((await client.process('proto', ['__proto__'])).status).toBe(400);
    expect((await send('proto', '"modules": {"module_1": {"model": "__proto__"}}')).status).toBe(400);
    for (const modules of [
      '{"__proto__": {"model": "fixed"}}',
      '{"module_1": {"model": "sentence", "params": {"__proto__": {"language": "german"}}}}',
    ]) {
      const { status, body } = await send(`proto ${modules}`, `"modules": ${modules}`);
      if (status === 400) continue;
      await client.upload(body['presigned_post_url_results'] as UploadForm, 'Some text here.');
      await client.settle({ pipeline: `proto ${modules}`, processId: body['request_id'] as string });
      const [item] = (await client.list(`proto ${modules}`)).body.items;
      expect(item?.file_metadata.modules).toEqual({ module_1: { parser: { model: 'sentence' } } });
    }
  });

  it.each(['__proto__', 'constructor', 'toString'])('%s is kept unchanged as a tag, or rejected', async (name) => {
    const { client } = server;
    const tags = `[{"${name}": "x"}]`;
    const json = JSON.stringify({ ...reservation, pipeline: `tag ${name}` }).replace(/\}$/, `, "file_tags": ${tags}}`);
    const { status, body } = await expectNoFailure('/krixik-core-process', json);
    if (status === 400) {
      expect(body['message']).toContain('file_tags');
      return;
    }
    await client.upload(body['presigned_post_url_results'] as UploadForm, 'Some text here.');
    await client.settle({ pipeline: `tag ${name}`, processId: body['request_id'] as string });
    const { text } = await client.list(`tag ${name}`);
    expect(text).toContain(`[{"${name}":"x"}]`);
  });

  it('do not affect later requests', async () => {
    const poison = '{"__proto__": {"pipeline": "p", "admin": true}, "constructor": {"prototype": {"admin": true}}}';
    await expectNoFailure('/krixik-core-list', poison);
    expect((await expectNoFailure('/krixik-core-list', '{}')).status).toBe(400);
  });
});

describe('wrong types', () => {
  const values = [
    'null',
    '1',
    '-1e308',
    'true',
    '""',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[1]',
    '[{}]',
    '{"a": {}}',
    '"\\u0000"',
  ];

  it.each([
    ['/krixik-core-process', 'pipeline_ordered_modules'],
    ['/krixik-core-process', 'modules'],
    ['/krixik-core-process', 'file_name'],
    ['/krixik-core-process', 'symbolic_directory_path'],
    ['/krixik-core-process', 'file_tags'],
    ['/krixik-core-process', 'file_description'],
    ['/krixik-core-process', 'expire_time'],
    ['/krixik-core-process', 'pipeline_output_process_keys'],
    ['/krixik-core-process-status', 'process_id'],
    ['/krixik-core-fetch-output', 'file_id'],
    ['/krixik-core-delete', 'file_id'],
    ['/krixik-core-update', 'file_id'],
    ['/krixik-core-update', 'file_tags'],
    ['/krixik-core-list', 'file_ids'],
    ['/krixik-core-list', 'file_names'],
    ['/krixik-core-list', 'symbolic_directory_paths'],
    ['/krixik-core-list', 'symbolic_file_paths'],
    ['/krixik-core-list', 'file_tags'],
    ['/krixik-core-list', 'max_files'],
    ['/krixik-core-list', 'created_at_start'],
    ['/krixik-core-show-tree', 'symbolic_directory_path'],
    ['/krixik-core-show-tree', 'max_files'],
    ['/keyword-search', 'query'],
    ['/semantic-search', 'k'],
  ])('do no harm at %s in %s', async (path, field) => {
    const body = {
      pipeline: 'hostile',
      pipeline_ordered_modules: ['parser'],
      file_id: '00000000-0000-4000-8000-000000000000',
      process_id: '00000000-0000-4000-8000-000000000000',
      query: 'word',
    };
    for (const value of values) {
      const { [field as keyof typeof body]: _, ...others } = body;
      await expectNoFailure(path, JSON.stringify(others).replace(/\}$/, `, "${field}": ${value}}`));
    }
  });
});

it('an escaped backslash before u0000 is ordinary text', async () => {
  const file_description = 'C:\\u0000';
  await server.client.complete('backslash', ['parser'], 'A sentence.', { file_description });
  expect((await server.client.list('backslash')).body.items).toMatchObject([{ file_description }]);
});

describe('deep nesting', () => {
  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each([1000, 100_000, 1_000_000])('of %i arrays is rejected in any field', async (depth) => {
    const base = JSON.stringify(reservation).slice(0, -1);
    const bodies = [
      `${base}, "modules": {"module_1": {"model": "fixed", "params": {"chunk_size": ${deep(depth)}}}}}`,
      `${base}, "file_tags": ${deep(depth)}}`,
      `${base}, "file_name": ${deep(depth)}}`,
      deep(depth),
    ];
    for (const json of bodies) expect((await expectNoFailure('/krixik-core-process', json)).status).toBe(400);
  });
});

it.each(['', ' ', String.raw`\\`, String.raw`\"`, ':'])(
  'a body with more than 200,000 keys that end in %j is rejected before it is parsed',
  async (end) => {
    const keys = Array.from({ length: 200_001 }, (_, n) => `"${n}${end}":0`).join();
    const { status, body } = await server.client.send<{ message: string }>('/krixik-core-list', `{${keys}}`);
    expect([status, body.message]).toEqual([400, expect.stringContaining('at most 200000 keys')]);
  },
);
