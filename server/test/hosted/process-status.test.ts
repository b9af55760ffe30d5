import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['sentiment', 'summarize'] });
});
afterAll(() => server.close());

const text = 'Rain fell on the harbour. The clock struck four. A gull cried.';
const keysInOrder = ['request_id', 'file_id', 'message', 'pipeline', 'process_status', 'failure_status'];

describe('the process-status of a run', () => {
  it('has its keys in the recorded order and a new request_id', async () => {
    const file = await server.client.complete('status', ['parser'], text);
    const { status, body } = await server.client.processStatus('status', file.processId);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(keysInOrder);
    expect(body).toEqual({
      request_id: expect.not.stringMatching(file.processId) as string,
      file_id: file.fileId,
      message: 'SUCCESS: process_status found',
      pipeline: 'status',
      process_status: { module_1: true },
      failure_status: null,
    });
  });

  it('has every module from the first response on, in the order of the chain', async () => {
    const chain = ['parser', ...Array.from({ length: 9 }, () => 'sentiment')];
    const { body: reserved } = await server.client.process('long status', chain);
    const { body } = await server.client.processStatus('long status', reserved.request_id);
    expect(Object.entries(body.process_status!)).toEqual(
      Array.from({ length: 10 }, (_, i) => [`module_${i + 1}`, false]),
    );
  });

  it('shows a module as true when it has completed', async () => {
    const { client } = server;
    const file = await client.add('stepwise', ['parser', 'sentiment'], text);
    await expect
      .poll(async () => (await client.processStatus('stepwise', file.processId)).body.process_status)
      .toEqual({ module_1: true, module_2: false });
  });

  it('is rejected with the name of another pipeline', async () => {
    const file = await server.client.add('mine', ['summarize'], text);
    const { status, body } = await server.client.processStatus('not mine', file.processId);
    expect(status).toBe(400);
    expect(body.message).toContain('pipeline of process_id does not match associated file pipeline');
    expect(body.request_id).toEqual(expect.any(String));
  });

  it.each([randomUUID(), 'x', '', '../..', '%', "' or 1=1 --"])(
    'of the unknown id %j is rejected as not found',
    async (id) => {
      const { status, body } = await server.client.processStatus('status', id);
      expect(status).toBe(400);
      expect(body.message).toContain('was not found');
      expect(body.request_id).toEqual(expect.any(String));
    },
  );

  it('is not found by a file id', async () => {
    const file = await server.client.complete('ids', ['parser'], text);
    expect((await server.client.processStatus('ids', file.fileId)).status).toBe(400);
  });

  it('is not found after the file is deleted', async () => {
    const file = await server.client.complete('deleted status', ['parser'], text);
    await server.client.delete('deleted status', file.fileId);
    expect((await server.client.processStatus('deleted status', file.processId)).status).toBe(400);
  });
});

describe('the process-status of a failed run', () => {
  it('is a 200 with a null process_status, the process id, the failed module and the reason', async () => {
    const file = await server.client.add('failing', ['json-to-txt'], 'this is not JSON at all');
    await server.client.settle(file);
    const { status, body } = await server.client.processStatus('failing', file.processId);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(keysInOrder);
    expect(body.process_status).toBeNull();
    expect(body.failure_status).toMatchObject({
      process_id: file.processId,
      failure_module: 'json-to-txt',
      message: expect.stringMatching(/JSON/) as string,
    });
  });

  it('names the failed module, not the first one', async () => {
    const modules = { module_2: { model: 'fixed', params: { chunk_size: 5, overlap_size: 9 } } };
    const file = await server.client.add('failing later', ['json-to-txt', 'parser'], '[{"snippet": "a b c"}]', {
      modules,
    });
    expect((await server.client.settle(file)).failure_status).toMatchObject({
      failure_module: 'parser',
      message: expect.stringContaining('overlap_size') as string,
    });
  });

  it.each([
    ['translate', 'opus-mt-en-es', '[{"snippet": "wind"}]'],
    ['caption', 'vit-gpt2-image-captioning', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['transcribe', 'whisper-tiny', Buffer.from('ID3')],
  ])('says after one attempt what to do if the model of %s is missing', async (module, model, content) => {
    const { client, v1 } = server;
    const file = await client.add(`cannot ${module}`, [module], content);
    const { failure_status: failure } = await client.settle(file);
    expect(failure?.failure_module).toBe(module);
    expect(failure?.message).toContain(`Model "${model}" is not installed and downloads are disabled.`);
    expect(failure?.message).toContain(
      `set MILLRACE_${module.toUpperCase()}_BASE_URL to an OpenAI-compatible endpoint`,
    );
    const { body } = await v1.run(file.processId);
    expect(body).toMatchObject({ state: 'failed', tasks: [{ attempt: 1, error: { code: 'module_failed' } }] });
  });

  it('is kept until its file is deleted, but the file is in no list, search or tree', async () => {
    const { client } = server;
    const file = await client.add('failed stays', ['json-to-txt', 'keyword-db'], '{"not": "a list"}');
    await client.settle(file);
    expect((await client.list('failed stays')).body.items).toEqual([]);
    expect((await client.list('failed stays', { file_ids: [file.fileId] })).body.warnings).toEqual([
      { 'WARNING: the following file_ids were not found': [file.fileId] },
    ]);
    expect((await client.showTree('failed stays')).body.items).toEqual([]);
    expect((await client.keywordSearch('failed stays', 'list')).body.items).toEqual([]);
    expect((await client.processStatus('failed stays', file.processId)).body.failure_status).not.toBeNull();
    expect((await client.delete('failed stays', file.fileId)).body.request_id).toEqual(expect.any(String));
    expect((await client.processStatus('failed stays', file.processId)).status).toBe(400);
  });

  it('uses no units', async () => {
    const { units_used: before } = (await server.client.capCheck()).body;
    await server.client.settle(await server.client.add('failed uncounted', ['json-to-txt'], 'no'));
    expect((await server.client.capCheck()).body.units_used).toBe(before);
  });
});
