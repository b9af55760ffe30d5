import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReservedBody } from '../support/clients/hosted-responses.js';
import type { ProcessArguments } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const text = 'The tide went out. The boats lay on the sand. Nobody swam that day.';

describe('a reservation', () => {
  it('has both ids, a form to upload the file, and a list of warnings', async () => {
    const { status, body } = await server.client.process('reserve', ['parser']);
    expect(status).toBe(200);
    expect(body.request_id).toMatch(uuid);
    expect(body.file_id).toMatch(uuid);
    expect(body.file_id[14]).toBe('4');
    expect(body.request_id).not.toBe(body.file_id);
    expect(body.warnings).toEqual([]);
    const { url, fields } = body.presigned_post_url_results;
    expect(new URL(url).origin).toBe(server.url);
    expect(Object.values(fields).every((value) => typeof value === 'string')).toBe(true);
  });

  it('has an upload URL with the host that the client used', async () => {
    const { port } = new URL(server.url);
    const response = await fetch(`http://localhost:${port}/krixik-core-process`, {
      method: 'POST',
      headers: { krixikApiKey: server.apiKey },
      body: JSON.stringify({ pipeline: 'reserve elsewhere', pipeline_ordered_modules: ['parser'] }),
    });
    const { presigned_post_url_results: form } = (await response.json()) as ReservedBody;
    expect(new URL(form.url).host).toBe(`localhost:${port}`);
  });

  it('has defaults for name, directory, tags, description and expiry', async () => {
    const { client, clock } = server;
    const nothing = {
      file_name: null,
      symbolic_directory_path: null,
      file_tags: null,
      file_description: null,
      expire_time: null,
    };
    const file = await client.complete('defaults', ['parser'], text, nothing);
    const [item] = (await client.list('defaults')).body.items;
    expect(item).toMatchObject({
      file_id: file.fileId,
      file_name: expect.stringMatching(/^krixik_generated_file_name_[a-z]{10}\.txt$/) as string,
      symbolic_directory_path: '/etc',
      file_tags: [],
      file_description: '',
      expire_time: clock.timestamp(1800),
    });
  });

  it('stores names, directories, tags and descriptions in any case and script', async () => {
    const metadata = {
      file_name: 'Übersicht 東京 №7.TXT',
      symbolic_directory_path: '/Verträge/Καλημέρα',
      file_tags: [{ Verfasser: 'Brontë' }, { 年: '１９８４' }],
      file_description: 'Ein “Zitat” — 🚢',
    };
    await server.client.complete('scripts', ['parser'], text, metadata);
    expect((await server.client.list('scripts')).body.items).toMatchObject([metadata]);
  });

  it('uses the default model of a module without a given model', async () => {
    await server.client.complete('models', ['parser'], text, { modules: {} });
    const [item] = (await server.client.list('models')).body.items;
    expect(item?.file_metadata.modules).toMatchObject({ module_1: { parser: { model: 'sentence' } } });
  });

  it('uses the given model and parameters', async () => {
    const modules = { module_1: { model: 'fixed', params: { chunk_size: 5, overlap_size: 2 } } };
    const file = await server.client.complete('params', ['parser'], 'one two three four five six seven eight', {
      modules,
    });
    const [item] = (await server.client.list('params')).body.items;
    expect(item?.file_metadata.modules).toEqual({
      module_1: { parser: { model: 'fixed', params: { chunk_size: 5, overlap_size: 2 } } },
    });
    const output = JSON.parse((await server.client.download(file)).toString()) as { snippet: string }[];
    expect(output.map(({ snippet }) => snippet)).toEqual(['one two three four five', 'four five six seven eight']);
  });

  it.each<[string, string[], ProcessArguments, RegExp]>([
    ['no module', [], {}, /at least one module/],
    ['an unknown module', ['shredder'], {}, /there is no module 'shredder'/],
    ['incompatible modules', ['parser', 'keyword-db'], {}, /'parser' outputs json, but 'keyword-db' takes text/],
    ['eleven modules', Array.from({ length: 11 }, () => 'summarize'), {}, /at most 10/],
    ['an unknown model', ['parser'], { modules: { module_1: { model: 'paragraph' } } }, /sentence, fixed/],
    ['a model for a missing module', ['parser'], { modules: { module_2: { model: 'sentence' } } }, /module_2/],
    [
      'an unknown parameter',
      ['parser'],
      { modules: { module_1: { model: 'sentence', params: { size: 1 } } } },
      /'size'/,
    ],
    [
      'a parameter of the wrong type',
      ['parser'],
      { modules: { module_1: { model: 'fixed', params: { chunk_size: 'ten', overlap_size: 2 } } } },
      /chunk_size.*"ten"/,
    ],
    ['an expiry of 0', ['parser'], { expire_time: 0 }, /expire_time/],
    ['a negative expiry', ['parser'], { expire_time: -5 }, /expire_time/],
    ['an empty file name', ['parser'], { file_name: '' }, /file_name/],
    ['a file name with a slash', ['parser'], { file_name: '../etc/passwd.txt' }, /file_name/],
    [
      'a directory that does not start with a slash',
      ['parser'],
      { symbolic_directory_path: 'docs' },
      /symbolic_directory_path/,
    ],
    ['a directory that ends in a slash', ['parser'], { symbolic_directory_path: '/docs/' }, /symbolic_directory_path/],
    ['a directory with an empty segment', ['parser'], { symbolic_directory_path: '/a//b' }, /symbolic_directory_path/],
    ['a tag with two entries', ['parser'], { file_tags: [{ a: '1', b: '2' }] }, /file_tags/],
    ['a tag without an entry', ['parser'], { file_tags: [{}] }, /file_tags/],
  ])('with %s is rejected with 400 and the reason', async (_, chain, given, reason) => {
    const { status, body } = await server.client.process('refused', chain, given);
    expect(status).toBe(400);
    expect(body.message).toMatch(reason);
    expect(body.request_id).toMatch(uuid);
  });

  it('with an empty pipeline name is rejected', async () => {
    expect((await server.client.process('', ['parser'])).status).toBe(400);
  });
});

describe('a pipeline name', () => {
  const refusal = 'BAD REQUEST: you have at least one file on record with the same pipeline name';

  it('cannot be used with another chain while it has a finished file', async () => {
    const file = await server.client.complete('one chain', ['parser'], text);
    const { status, body } = await server.client.process('one chain', ['keyword-db']);
    expect(status).toBe(400);
    expect(body.message).toContain(refusal);
    expect(body.message).toContain('parser');
    await server.client.delete('one chain', file.fileId);
    expect((await server.client.process('one chain', ['keyword-db'])).status).toBe(200);
  });

  it('cannot be used with another chain while a file is reserved or in process', async () => {
    await server.client.process('reserved chain', ['parser']);
    await server.client.add('processing chain', ['summarize'], text);
    for (const name of ['reserved chain', 'processing chain']) {
      expect((await server.client.process(name, ['keyword-db'])).body.message).toContain(refusal);
    }
  });

  it('can be used with another chain after its only run failed', async () => {
    const run = await server.client.add('failed chain', ['json-to-txt'], 'this is not JSON');
    expect((await server.client.settle(run)).failure_status).not.toBeNull();
    expect((await server.client.process('failed chain', ['parser'])).status).toBe(200);
  });

  it('can be used with other models of the same chain, but not with a longer chain', async () => {
    const { client } = server;
    await client.complete('same chain', ['parser'], text);
    const modules = { module_1: { model: 'fixed', params: { chunk_size: 4, overlap_size: 1 } } };
    expect((await client.process('same chain', ['parser'], { modules })).status).toBe(200);
    expect((await client.process('same chain', ['parser', 'json-to-txt'])).status).toBe(400);
  });

  it('is case-sensitive', async () => {
    await server.client.complete('Spelling', ['parser'], text);
    expect((await server.client.process('spelling', ['keyword-db'])).status).toBe(200);
  });

  it('is given to only one of several chains that request it at once', async () => {
    const chains = [['parser'], ['keyword-db'], ['summarize'], ['parser', 'json-to-txt']];
    const responses = await Promise.all(chains.map((chain) => server.client.process('race of chains', chain)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(3);
  });
});

describe('a symbolic path', () => {
  const path = { file_name: 'A.txt', symbolic_directory_path: '/Docs' };

  it('has one finished, processing or reserved file, and is case-insensitive', async () => {
    const { client } = server;
    await client.complete('paths ready', ['parser'], text, path);
    await client.add('paths processing', ['summarize'], text, path);
    await client.process('paths reserved', ['parser'], path);
    for (const [name, chain] of [
      ['paths ready', ['parser']],
      ['paths processing', ['summarize']],
      ['paths reserved', ['parser']],
    ] as const) {
      const again = await client.process(name, chain, { file_name: 'a.TXT', symbolic_directory_path: '/docs' });
      expect(again.status, name).toBe(400);
      expect(again.body.message, name).toContain('already exists');
    }
  });

  it('is free again after a failure or a deletion', async () => {
    const { client } = server;
    const failed = await client.add('paths freed', ['json-to-txt'], 'no JSON', path);
    await client.settle(failed);
    const file = await client.complete('paths freed', ['json-to-txt'], '[{"snippet": "a"}]', path);
    await client.delete('paths freed', file.fileId);
    expect((await client.process('paths freed', ['json-to-txt'], path)).status).toBe(200);
  });

  it('can be used in each pipeline', async () => {
    await server.client.complete('paths here', ['parser'], text, path);
    expect((await server.client.process('paths there', ['parser'], path)).status).toBe(200);
  });

  it('is given to only one of many concurrent requests', async () => {
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => server.client.process('race of paths', ['parser'], path)),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
