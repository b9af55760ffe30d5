import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { poolProcesses } from '../runner/fixture-runner.js';
import { startOpenAiServer } from '../support/openai-server.js';
import { makeTinyModels } from '../support/tiny-models/make-models.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const text = 'The mill turns. The wheel stands still.';
const chain = ['parser', 'text-embedder'];
const long = { expire_time: 1_000_000 };

async function modulesOf(server: TestServer): Promise<ModuleInfo[]> {
  return (await server.v1.get<{ items: ModuleInfo[] }>('/v1/modules')).body.items;
}

describe('a server without models', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('says of each model by which route it runs, or what to do', async () => {
    const modules = await modulesOf(server);
    const embedder = modules.find(({ name }) => name === 'text-embedder')!;
    expect(embedder.defaultModel).toBe('builtin-hash-384');
    expect(embedder.models.find(({ name }) => name === 'builtin-hash-384')).toMatchObject({
      available: true,
      route: 'builtin',
    });
    expect(embedder.models.find(({ name }) => name === 'all-MiniLM-L6-v2')).toMatchObject({
      available: false,
      reason: expect.stringContaining('millrace models pull all-MiniLM-L6-v2') as string,
    });
    expect(modules.find(({ name }) => name === 'parser')!.models[0]).toMatchObject({
      available: true,
      route: 'builtin',
    });
  });

  it('runs its default model, and records it on the task run and in the list', async () => {
    const file = await server.client.complete('builtin', chain, text, { ...long, modules: {} });
    const { body } = await server.v1.run(file.processId);
    expect(body.tasks.map(({ model }) => model)).toEqual(['sentence', 'builtin-hash-384']);
    const item = (await server.client.list('builtin', { file_ids: [file.fileId] })).body.items[0]!;
    const metadata = item.file_metadata as { modules: unknown; modules_data: Record<string, unknown> };
    expect(metadata.modules).toMatchObject({ module_2: { 'text-embedder': { model: 'builtin-hash-384' } } });
    expect(metadata.modules_data['module_2']).toEqual({
      'text-embedder': {
        data_files_extensions: ['.npy'],
        num_vectors: 2,
        model: 'builtin-hash-384',
        model_route: 'builtin',
      },
    });
  });

  it('accepts the name of a model that it does not have, and fails its run at once with what to do', async () => {
    const modules = { module_1: { model: 'sentence' }, module_2: { model: 'all-MiniLM-L6-v2' } };
    const file = await server.client.add('real', chain, text, { ...long, modules });
    await server.client.settle(file);
    const { body } = await server.v1.run(file.processId);
    expect(body).toMatchObject({ state: 'failed', error: { code: 'module_failed', task: 'text-embedder' } });
    expect(body.error!.message).toMatch(
      /^Model "all-MiniLM-L6-v2" is not installed and downloads are disabled\. Put its files/,
    );
    expect(body.tasks[1]).toMatchObject({ state: 'failed', attempt: 1, model: 'all-MiniLM-L6-v2' });
    expect(body.tasks[1]!.durationMs).toBeLessThan(10_000);
  });
});

describe('a server with models', () => {
  let server: TestServer;
  let modelDir: string;
  beforeAll(async () => {
    modelDir = await mkdtemp(join(tmpdir(), 'millrace-models-'));
    makeTinyModels(modelDir);
    server = await startTestServer({ modelDir });
  });
  afterAll(async () => {
    await server.close();
    await rm(modelDir, { recursive: true, force: true });
  });

  it('runs the real one by default, in a process of its own', async () => {
    const embedder = (await modulesOf(server)).find(({ name }) => name === 'text-embedder')!;
    expect(embedder.defaultModel).toBe('all-MiniLM-L6-v2');
    const file = await server.client.complete('tiny', chain, text, { ...long, modules: {} });
    const { body } = await server.v1.run(file.processId);
    expect(body.tasks[1]!.model).toBe('all-MiniLM-L6-v2');
    const item = (await server.client.list('tiny', { file_ids: [file.fileId] })).body.items[0]!;
    expect(item.file_metadata).toMatchObject({
      modules_data: { module_2: { 'text-embedder': { num_vectors: 2, model_route: 'transformers' } } },
    });
  });
});

describe('a server with an endpoint', () => {
  it('sends texts there, records the name that the endpoint knows, and keeps its key to itself', async () => {
    const apiKey = 'sk-secret-0123456789';
    const upstream = await startOpenAiServer();
    const server = await startTestServer({
      endpoints: { 'text-embedder': { baseUrl: upstream.baseUrl, apiKey, model: 'nomic-embed-text' } },
    });
    try {
      const file = await server.client.complete('remote', chain, text, long);
      expect(upstream.requests.map(({ key }) => key)).toEqual([apiKey]);
      const { body } = await server.v1.run(file.processId);
      expect(body.tasks[1]!.model).toBe('nomic-embed-text');
      const seen = await Promise.all(
        (await poolProcesses()).flatMap((pid) =>
          ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
        ),
      );
      expect(seen.join('')).toContain('runner-child.js');
      expect(seen.join('')).not.toContain(apiKey);
      expect(JSON.stringify(await modulesOf(server))).not.toContain(apiKey);
      upstream.mode = 401;
      const failing = await server.client.add('remote', chain, text, { ...long, file_name: 'again.txt' });
      await server.client.settle(failing);
      const failed = (await server.v1.run(failing.processId)).body;
      expect(failed.error!.message).toMatch(/^The endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\)/);
      expect(JSON.stringify(failed)).not.toContain(apiKey);
    } finally {
      await server.close();
    }
  });
});
