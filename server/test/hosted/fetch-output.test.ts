import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const keysInOrder = ['pipeline', 'request_id', 'file_id', 'message', 'warnings', 'process_output'];
const notFinished = 'The output for associated with your input file_id has not finished processing';

describe('fetch-output', () => {
  it('returns one absolute URL and the extension, in the recorded order of keys', async () => {
    const { client } = server;
    const file = await client.complete('fetched', ['parser'], 'First here. Second here.');
    const { status, body } = await client.fetchOutput('fetched', file.fileId);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(keysInOrder);
    expect(body).toEqual({
      pipeline: 'fetched',
      request_id: expect.any(String) as string,
      file_id: file.fileId,
      message: `SUCCESS - output fetched for file_id ${file.fileId}.`,
      warnings: [],
      process_output: [{ url: expect.stringContaining(server.url) as string, extension: '.json' }],
    });
  });

  it.each([
    ['parser', ['parser'], 'One. Two.', '.json'],
    ['json-to-txt', ['json-to-txt'], '[{"snippet": "a"}, {"snippet": "b"}]', '.txt'],
    ['keyword-db', ['keyword-db'], 'Lantern light.', '.db'],
    ['a chain of three', ['parser', 'json-to-txt', 'keyword-db'], 'Lantern light.', '.db'],
  ])('returns the extension for %s', async (name, chain, content, extension) => {
    const file = await server.client.complete(`extension ${name}`, chain, content);
    const { body } = await server.client.fetchOutput(file.pipeline, file.fileId);
    expect(body.process_output).toMatchObject([{ extension }]);
  });

  it('leads to sentences with their lines, escaped to ASCII', async () => {
    const file = await server.client.complete(
      'sentences',
      ['parser'],
      'Das Café war leer.\nNobody came\nthat night. — Fin.',
    );
    const content = (await server.client.download(file)).toString('latin1');
    expect(content).toMatch(/^[\x20-\x7e\n]+$/);
    expect(JSON.parse(content)).toEqual([
      { snippet: 'Das Café war leer.', line_numbers: [1] },
      { snippet: 'Nobody came\nthat night.', line_numbers: [2, 3] },
      { snippet: '— Fin.', line_numbers: [3] },
    ]);
  });

  it('leads to snippets that are joined by single newlines', async () => {
    const items = JSON.stringify([{ snippet: 'one', line_numbers: [1] }, { snippet: 'two\nthree' }, { snippet: '' }]);
    const file = await server.client.complete('joined', ['json-to-txt'], items);
    expect((await server.client.download(file)).toString()).toBe('one\ntwo\nthree\n');
  });

  it('returns a 200 without output for an unfinished file', async () => {
    const file = await server.client.add('unfinished', ['summarize'], 'Still to be done.');
    const { status, body } = await server.client.fetchOutput('unfinished', file.fileId);
    expect(status).toBe(200);
    expect(body.process_output).toBeNull();
    expect(body.message).toContain(notFinished);
    expect(body.request_id).toEqual(expect.any(String));
  });

  it.each([randomUUID(), 'x', '', '\u0000'])('rejects the unknown id %j, with a null output', async (id) => {
    const { status, body } = await server.client.fetchOutput('fetched', id);
    expect(status).toBe(400);
    expect(body).toMatchObject({ process_output: null, request_id: expect.any(String) as string });
  });

  it('rejects the name of another pipeline, with a null output', async () => {
    const file = await server.client.complete('owner', ['parser'], 'Mine alone.');
    const { status, body } = await server.client.fetchOutput('not the owner', file.fileId);
    expect(status).toBe(400);
    expect(body.message).toContain('does not belong to pipeline');
    expect(body.process_output).toBeNull();
  });

  it('rejects the file of a failed run, with a null output', async () => {
    const file = await server.client.add('no output', ['json-to-txt'], 'no JSON');
    await server.client.settle(file);
    const { status, body } = await server.client.fetchOutput('no output', file.fileId);
    expect(status).toBe(400);
    expect(body).toMatchObject({ process_output: null, request_id: expect.any(String) as string });
  });
});
