import { randomUUID } from 'node:crypto';
import { Client, isMillraceError } from 'millrace';
import { defaultLimits } from 'millrace/shared/rules/limits.js';
import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cuttingProxy, type Cut, type ProxiedConnection } from '../support/cutting-proxy.js';
import { startLocalServer } from '../support/local-server.js';
import { seeded } from '../support/seeded.js';
import { allRuns, digest, inputDigests } from '../support/server-contents.js';
import { isThorough } from '../support/thorough.js';
import { fakeServer, type FakeServer, type Reply } from '../sdk/support/fake-server.js';

/** The number of bytes between two cuts. */
const step = isThorough ? 1 : 17;

/** Set `MILLRACE_TEST_SEED` to cut a batch at other offsets. */
const seed = Number(process.env['MILLRACE_TEST_SEED'] ?? 1);

/** Starts a server that records the files that it creates, with or without support for idempotency keys. */
async function startCountingServer(
  supportsKeys: boolean,
): Promise<FakeServer & { created: () => string[]; uploads: Map<string, number> }> {
  const repliesByKey = new Map<string, Reply>();
  const created: string[] = [];
  const uploads = new Map<string, number>();
  const info = { name: 'millrace', version: '0.1.0', api: 1, limits: defaultLimits };
  const server: FakeServer = await fakeServer({
    '/v1': supportsKeys ? { headers: { 'millrace-api': '1' }, json: info } : { status: 404, json: {} },
    '/krixik-core-process': (recorded) => {
      const key = String(recorded.headers['idempotency-key']);
      const earlier = supportsKeys ? repliesByKey.get(key) : undefined;
      if (earlier) return earlier;
      const fileId = randomUUID();
      created.push(String(recorded.json?.['file_name']));
      const form = { url: `${new URL(`http://${String(recorded.headers.host)}`).origin}/upload/${fileId}`, fields: {} };
      const reply = { json: { request_id: randomUUID(), file_id: fileId, presigned_post_url_results: form } };
      repliesByKey.set(key, reply);
      return reply;
    },
    '/upload': (recorded) => {
      uploads.set(recorded.path, (uploads.get(recorded.path) ?? 0) + 1);
      return { status: 204 };
    },
    '/krixik-core-delete': { json: { message: 'Successfully deleted', request_id: 'r' } },
  });
  return { ...server, created: () => created, uploads };
}

interface CutAt extends Cut {
  readonly connection: number;
}

/** The ways to send a small file to a Millrace server, with `inlineBytes` for each. */
const uploadModes = [
  ['by an upload', 0],
  ['with the request', 65_536],
] as const;

const file = Buffer.from('The kettle sang while rain kept time on the roof. Nobody hurried.\n');

/** Processes one small file over a connection that is cut, and returns the failure, if any. */
async function processWithCut(
  target: string,
  cut?: CutAt,
  fileName = 'cut.txt',
  {
    content = file,
    apiKey = 'abcdefghijkl',
    keepInput,
  }: { content?: Buffer; apiKey?: string; keepInput?: boolean } = {},
) {
  const proxy = await cuttingProxy(target, ({ index }) => (index === cut?.connection ? cut : undefined));
  const client = new Client({ apiUrl: proxy.url, apiKey, maxRetries: 2, logLevel: 'off' });
  const pipeline = client.createPipeline('notes', ['parser']);
  const failure = await pipeline
    .process(content, { fileName, keepInput, waitForProcess: false })
    .then(() => undefined)
    .catch((error: unknown) => error);
  await client.close();
  await proxy.close();
  return { failure, connections: proxy.connections, hasCut: proxy.cuts() === 1 };
}

/** Returns a cut for every n-th byte of each connection of a call, in both directions. */
async function findCuts(target: string): Promise<CutAt[]> {
  const { connections } = await processWithCut(target);
  return cutsOfConnections(connections, step);
}

function cutsOfConnections(connections: readonly ProxiedConnection[], step: number): CutAt[] {
  const offsets = (bytes: number): number[] => Array.from({ length: Math.ceil(bytes / step) }, (_, n) => n * step);
  return connections.flatMap(({ index: connection, passed }) => [
    ...offsets(passed.request).map((after) => ({ connection, direction: 'request' as const, after })),
    ...offsets(passed.response).map((after) => ({ connection, direction: 'response' as const, after })),
  ]);
}

describe('a retried call', () => {
  it('creates one file on a server with idempotency keys, wherever the connection is cut', async () => {
    const server = await startCountingServer(true);
    const cuts = await findCuts(server.url);
    const before = server.created().length;
    const failures: unknown[] = [];
    await forEachConcurrently(cuts, 100, async (cut) => {
      const { failure, hasCut } = await processWithCut(server.url, cut);
      if (failure !== undefined || !hasCut) failures.push([cut, failure]);
    });
    expect(failures).toEqual([]);
    expect(cuts.length).toBeGreaterThan(80);
    expect(server.created().length - before).toBe(cuts.length);
  });

  it('creates at most one file on a server without idempotency keys, or fails with a connection error', async () => {
    const server = await startCountingServer(false);
    const cuts = await findCuts(server.url);
    const unexpected: unknown[] = [];
    await forEachConcurrently(cuts, 100, async (cut) => {
      const name = `${cut.connection}-${cut.direction}-${cut.after}.txt`;
      const { failure } = await processWithCut(server.url, cut, name);
      const times = server.created().filter((created) => created === name).length;
      const isExpected = failure === undefined ? times === 1 : isMillraceError(failure, 'connection') && times <= 1;
      if (!isExpected) unexpected.push([cut, times, failure]);
    });
    expect(unexpected).toEqual([]);
    expect(cuts.length).toBeGreaterThan(80);
  });

  it.each(uploadModes)(
    'starts one run on a Millrace server, %s',
    async (_way, inlineBytes) => {
      // without the parser module, so that the uploaded files are not processed
      const server = await startLocalServer({ modules: ['json-to-txt'], inlineBytes });
      onTestFinished(() => server.close());
      const contentOf = (name: string): Buffer => Buffer.from(`${file.toString()}${name}\n`);
      const processFile = (name: string, cut?: CutAt) =>
        processWithCut(server.url, cut, name, { content: contentOf(name), apiKey: server.apiKey, keepInput: true });
      const { connections } = await processFile('whole.txt');
      const cuts = cutsOfConnections(connections, 4 * step).map((cut, n) => ({ cut, name: `cut-${n}.txt` }));
      const failures: unknown[] = [];
      await forEachConcurrently(cuts, 24, async ({ name, cut }) => {
        const { failure, hasCut } = await processFile(name, cut);
        if (failure !== undefined || !hasCut) failures.push([cut, failure]);
      });
      expect(failures).toEqual([]);
      expect(cuts.length).toBeGreaterThan(inlineBytes === 0 ? 40 : 20);
      const names = ['whole.txt', ...cuts.map(({ name }) => name)];
      expect(await inputDigests(server)).toEqual(names.map((name) => digest(contentOf(name))).sort());
      expect(await allRuns(server)).toHaveLength(names.length);
    },
    180_000,
  );

  it.each(uploadModes)(
    'processes each file of a batch once on a Millrace server, %s',
    async (_way, inlineBytes) => {
      const server = await startLocalServer({ modules: ['parser'], inlineBytes });
      onTestFinished(() => server.close());
      const random = seeded(`batch ${seed}`);
      const proxy = await cuttingProxy(server.url, () => {
        const direction = random() < 0.5 ? 'request' : 'response';
        const cut: Cut = { direction, after: Math.floor(random() * 4000), isReset: random() < 0.5 };
        return proxy.cuts() < 60 ? cut : undefined;
      });
      const client = new Client({ apiUrl: proxy.url, apiKey: server.apiKey, maxRetries: 8, logLevel: 'off' });
      const files = Array.from({ length: 30 }, (_, n) => ({
        file: Buffer.from(`${file.toString()}Number ${n} came home.\n`),
        key: String(n),
        fileName: `${n}.txt`,
      }));
      const summary = await client
        .createPipeline('notes', ['parser'])
        .processMany(files, { concurrency: 6, localSaveDirectory: server.out })
        .all();
      await client.close();
      expect(summary).toMatchObject({ succeeded: files.length, failed: 0 });
      // small files share requests
      expect(proxy.cuts()).toBeGreaterThan(inlineBytes === 0 ? 30 : 3);
      for (const result of summary.results) {
        const output = result.status === 'succeeded' ? result.result.output : undefined;
        expect(output?.at(-1)?.snippet).toBe(`Number ${result.key} came home.`);
      }
      const runs = await allRuns(server);
      expect(runs.map(({ state }) => state)).toEqual(files.map(() => 'completed'));
      const { runs: reader } = server.connect();
      for (const { requestId } of runs) expect((await reader.get(requestId)).tasks).toMatchObject([{ attempt: 1 }]);
    },
    180_000,
  );
});
