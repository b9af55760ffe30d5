import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Limits } from 'millrace/shared/types/limits.js';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { bossSchema } from '../../src/queue/start-boss.js';
import { openDatabase } from '../../src/store/open-database.js';
import { poolProcesses } from '../runner/fixture-runner.js';
import { openConversionServer } from '../support/endpoints/conversion-server.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { makeTinyModels } from '../support/tiny-models/make-models.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const text = 'The mill turns. The wheel stands still.';
const chain = ['parser', 'text-embedder'];
const long = { expire_time: 1_000_000 };
const apiKey = 'sk-secret-0123456789';

async function modulesOf(server: TestServer): Promise<ModuleInfo[]> {
  return (await server.v1.get<{ items: ModuleInfo[] }>('/v1/modules')).body.items;
}

describe('a server without models', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('returns the route of each model, or the reason why it is not available', async () => {
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

  it('runs its default model, and records it in the run and in the list', async () => {
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

  it('accepts a model that is not installed, and fails its run after one attempt with instructions', async () => {
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

describe('a server with models and a conversion endpoint', () => {
  let server: TestServer;
  let modelDir: string;
  let converter: Awaited<ReturnType<typeof openConversionServer>>;
  beforeAll(async () => {
    modelDir = await mkdtemp(join(tmpdir(), 'millrace-models-'));
    makeTinyModels(modelDir);
    converter = await openConversionServer();
    server = await startTestServer({
      modelDir,
      conversion: { service: 'tika', baseUrl: converter.baseUrl, apiKey, kinds: ['rtf', 'pdf', '.wpd'] },
    });
  });
  afterAll(async () => {
    await server.close();
    await converter.close();
    await rm(modelDir, { recursive: true, force: true });
  });

  it('runs an installed model by default', async () => {
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

  it('returns which documents the endpoint converts', async () => {
    const { limits } = (await server.v1.get<{ limits: Limits }>('/v1')).body;
    expect(limits.extensions.text).toEqual(expect.arrayContaining(['.txt', '.rtf', '.wpd']));
    const { body } = await server.v1.get<{ items: ModuleInfo[]; kinds: unknown[] }>('/v1/modules');
    expect(body.kinds).toEqual(
      expect.arrayContaining([
        { name: '.wpd', format: 'text', extensions: ['.wpd'], route: 'endpoint' },
        { name: 'pdf', format: 'text', extensions: ['.pdf'], route: 'endpoint' },
        { name: 'docx', format: 'text', extensions: ['.docx'], route: 'builtin' },
      ]),
    );
    const conversionOf = (module: string) => body.items.find(({ name }) => name === module)!.conversion;
    expect(conversionOf('parser')).toEqual({ service: 'tika', kinds: ['rtf', 'pdf', '.wpd'] });
    expect(conversionOf('ocr')).toBeUndefined();
  });

  it('converts documents with the endpoint, and never reveals its key', async () => {
    const rtf = '{\\rtf1 Rent}';
    const file = await server.client.complete('documents', ['parser'], rtf, { ...long, file_name: 'lease.rtf' });
    expect(String(await server.client.download(file))).toContain('The rent is 650 euros.');
    const { body: lines } = await server.v1.get<{ items: { message: string }[] }>(`/v1/runs/${file.processId}/logs`);
    expect(JSON.stringify(lines)).toContain('The endpoint (tika) converted the document.');
    converter.mode = 401;
    const refused = await server.client.add('documents', ['parser'], rtf, { ...long, file_name: 'other.rtf' });
    await server.client.settle(refused);
    const failed = (await server.v1.run(refused.processId)).body;
    expect(failed.error!.message).toMatch(/^The conversion endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\)/);
    expect(JSON.stringify([failed, await modulesOf(server), lines])).not.toContain(apiKey);
  });
});

describe('a server with an embedding endpoint', () => {
  it("sends texts to it, records the endpoint's model name, and never reveals its key", async () => {
    const upstream = await startOpenAiServer();
    const server = await startTestServer({
      endpoints: { 'text-embedder': { baseUrl: upstream.baseUrl, apiKey, model: 'nomic-embed-text' } },
    });
    try {
      const file = await server.client.complete('remote', chain, text, long);
      expect(upstream.requests.map(({ key }) => key)).toEqual([apiKey]);
      const { body } = await server.v1.run(file.processId);
      expect(body.tasks[1]!.model).toBe('nomic-embed-text');
      const processTexts = await Promise.all(
        (await poolProcesses()).flatMap((pid) =>
          ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
        ),
      );
      expect(processTexts.join('')).toContain('runner-child.js');
      expect(processTexts.join('')).not.toContain(apiKey);
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

  it('retries after a Retry-After of an hour, even after a restart', async () => {
    const wait = { status: 429, headers: { 'retry-after': '3600' }, body: { error: { message: 'Daily limit.' } } };
    const upstream = await startOpenAiServer(() => wait);
    const database = await createTestDatabase({ isPrepared: true });
    const settings = { database, endpoints: { 'text-embedder': { baseUrl: upstream.baseUrl, timeoutSeconds: 60 } } };
    let server = await startTestServer(settings);
    try {
      const file = await server.client.add('limited', chain, text, long);
      const other = await server.client.add('limited', chain, text, { ...long, file_name: 'other.txt' });
      const stateOf = async (id: string) => (await server.v1.run(id)).body.state;
      for (const { processId } of [file, other]) await expect.poll(() => stateOf(processId)).toBe('retrying');
      const { body: waiting } = await server.v1.run(file.processId);
      expect(waiting.tasks.map(({ state }) => state)).toEqual(['completed', 'retrying']);
      expect([waiting.late, waiting.error]).toEqual([false, null]);
      const logs = await server.v1.get<{ items: { message: string }[] }>(`/v1/runs/${file.processId}/logs`);
      expect(logs.body.items.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^Attempt 1 failed: .* returned 429 .*Daily limit\..* Retrying in 3600 s$/),
      );
      await server.v1.post(`/v1/runs/${other.processId}/cancel`, {});
      await expect.poll(() => stateOf(other.processId)).toBe('cancelled');
      await server.close();
      upstream.mode = 'ok';
      const db = await openDatabase(database.options);
      await db.query(`update ${bossSchema}.job set start_after = now() where state = 'created'`);
      await db.close();
      server = await startTestServer(settings);
      await expect.poll(() => stateOf(file.processId)).toBe('completed');
      expect((await server.v1.run(file.processId)).body.tasks[1]!.attempt).toBe(2);
    } finally {
      await server.close();
      await database.cleanup();
    }
  });
});
