import { randomUUID } from 'node:crypto';
import { Client, isMillraceError } from 'millrace';
import { defaultLimits } from 'millrace/rules/limits.js';
import { describe, expect, it } from 'vitest';
import { inLanes } from '../support/in-lanes.js';
import { cuttingProxy, type Cut } from '../support/cutting-proxy.js';
import { fakeServer, type FakeServer, type Reply } from '../sdk/support/fake-server.js';

/** `MILLRACE_TEST_CUT_STEP=1` cuts at every byte, which takes a minute or two. */
const step = Number(process.env['MILLRACE_TEST_CUT_STEP'] ?? 17);

/** A server that counts what it creates, and keeps idempotency keys when it announces them. */
async function creatingServer(
  keepsKeys: boolean,
): Promise<FakeServer & { created: () => string[]; uploads: Map<string, number> }> {
  const kept = new Map<string, Reply>();
  const created: string[] = [];
  const uploads = new Map<string, number>();
  const info = { name: 'millrace', version: '0.1.0', api: 1, limits: defaultLimits };
  const server: FakeServer = await fakeServer({
    '/v1': keepsKeys ? { headers: { 'millrace-api': '1' }, json: info } : { status: 404, json: {} },
    '/krixik-core-process': (seen) => {
      const key = String(seen.headers['idempotency-key']);
      const earlier = keepsKeys ? kept.get(key) : undefined;
      if (earlier) return earlier;
      const fileId = randomUUID();
      created.push(String(seen.json?.['file_name']));
      const form = { url: `${new URL(`http://${String(seen.headers.host)}`).origin}/upload/${fileId}`, fields: {} };
      const reply = { json: { request_id: randomUUID(), file_id: fileId, presigned_post_url_results: form } };
      kept.set(key, reply);
      return reply;
    },
    '/upload': (seen) => {
      uploads.set(seen.path, (uploads.get(seen.path) ?? 0) + 1);
      return { status: 204 };
    },
    '/krixik-core-delete': { json: { message: 'Successfully deleted', request_id: 'r' } },
  });
  return { ...server, created: () => created, uploads };
}

interface CutAt extends Cut {
  readonly connection: number;
}

const file = Buffer.from('The kettle sang while rain kept time on the roof. Nobody hurried.\n');

/** Sends one small file through a connection that is cut, and says how it ended. */
async function processThrough(target: string, cut?: CutAt, fileName = 'cut.txt') {
  const proxy = await cuttingProxy(target, ({ index }) => (index === cut?.connection ? cut : undefined));
  const client = new Client({ apiUrl: proxy.url, apiKey: 'abcdefghijkl', maxRetries: 2, logLevel: 'off' });
  const pipeline = client.createPipeline('notes', ['parser']);
  const failure = await pipeline
    .process(file, { fileName, waitForProcess: false })
    .then(() => undefined)
    .catch((error: unknown) => error);
  client.close();
  await proxy.close();
  return { failure, connections: proxy.connections, hasCut: proxy.cuts() === 1 };
}

/** Where to cut: every n-th byte of every connection of the call, in both directions. */
async function cutsOf(target: string): Promise<CutAt[]> {
  const { connections } = await processThrough(target);
  const places = (bytes: number): number[] => Array.from({ length: Math.ceil(bytes / step) }, (_, n) => n * step);
  return connections.flatMap(({ index: connection, passed }) => [
    ...places(passed.request).map((after) => ({ connection, direction: 'request' as const, after })),
    ...places(passed.answer).map((after) => ({ connection, direction: 'answer' as const, after })),
  ]);
}

describe('a retry runs the job twice', () => {
  it('never where the server keeps idempotency keys, wherever a connection is cut: the call succeeds, once', async () => {
    const server = await creatingServer(true);
    const cuts = await cutsOf(server.url);
    const before = server.created().length;
    const failures: unknown[] = [];
    await inLanes(cuts, 100, async (cut) => {
      const { failure, hasCut } = await processThrough(server.url, cut);
      if (failure !== undefined || !hasCut) failures.push([cut, failure]);
    });
    expect(failures).toEqual([]);
    expect(cuts.length).toBeGreaterThan(80);
    expect(server.created().length - before).toBe(cuts.length);
  });

  it('never on a server that promises nothing: the call succeeds, or says that the connection broke', async () => {
    const server = await creatingServer(false);
    const cuts = await cutsOf(server.url);
    const strange: unknown[] = [];
    await inLanes(cuts, 100, async (cut) => {
      const name = `${cut.connection}-${cut.direction}-${cut.after}.txt`;
      const { failure } = await processThrough(server.url, cut, name);
      const times = server.created().filter((created) => created === name).length;
      const isPlain = failure === undefined ? times === 1 : isMillraceError(failure, 'connection') && times <= 1;
      if (!isPlain) strange.push([cut, times, failure]);
    });
    expect(strange).toEqual([]);
    expect(cuts.length).toBeGreaterThan(80);
  });
});
