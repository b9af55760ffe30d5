import { createCipheriv, createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from 'millrace';
import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';
import { cuttingProxy, type Cut, type CuttingProxy } from '../support/cutting-proxy.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { allRuns, digest, storedDigests } from '../support/server-contents.js';
import { seeded } from '../support/seeded.js';
import { isThorough } from '../support/thorough.js';

/** Large enough for several reads of the file, so that some cuts are inside a chunk. */
const size = 300_000;
/** Set `MILLRACE_TEST_SEED` to cut at other offsets. The boundaries are always included. */
const seed = Number(process.env['MILLRACE_TEST_SEED'] ?? 1);
const offsetsBetween = isThorough ? 40 : 4;

let server: LocalServer;
beforeAll(async () => {
  // without the parser module, so that the uploaded files are not processed
  server = await startLocalServer({ resumableBytes: 1000, modules: ['json-to-txt'] });
});
afterAll(() => server.close());

interface RequestCut extends Cut {
  /** The method of the request. */
  readonly method: string;
  /** The index of the request among those of the method. */
  readonly nth: number;
}

/** Returns text without repetition, derived from the name. */
const contentOf = (name: string): Buffer => {
  const key = createHash('sha256').update(name).digest();
  const bytes = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size / 2));
  return Buffer.from(bytes.toString('hex'));
};

/** Uploads a file with content derived from its name, over connections that are cut. */
async function upload(name: string, cuts: readonly RequestCut[]): Promise<{ proxy: CuttingProxy; failure: unknown }> {
  const requestCounts = new Map<string, number>();
  const proxy = await cuttingProxy(server.url, ({ method }) => {
    const nth = requestCounts.get(method) ?? 0;
    requestCounts.set(method, nth + 1);
    return cuts.find((cut) => cut.method === method && cut.nth === nth);
  });
  const client = new Client({ apiUrl: proxy.url, apiKey: server.apiKey, maxRetries: 2, logLevel: 'off' });
  const failure = await client
    .createPipeline('cuts', ['parser'])
    .process(contentOf(name), { fileName: name, waitForProcess: false })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  await client.close();
  await proxy.close();
  return { proxy, failure };
}

/** Returns the offsets at and next to the boundaries of head and body, and some offsets between. */
function cutOffsets(head: number, total: number, random: () => number): number[] {
  const ends = [0, head, total].flatMap((end) => [end - 1, end, end + 1]);
  const between = Array.from({ length: offsetsBetween }, (_, n) =>
    [head, total - head].map((length, part) => Math.floor(part * head + (length * (n + random())) / offsetsBetween)),
  ).flat();
  return [...new Set([...ends, ...between])].filter((offset) => offset >= 0 && offset <= total);
}

it('a resumable upload stores its file once, intact, and starts one run, wherever its connections are cut', async () => {
  const random = seeded(`cuts ${seed}`);
  const whole = await upload('whole.txt', []);
  expect(whole.failure).toBeUndefined();
  const [post, head, patch] = whole.proxy.connections.slice(-3);
  if (!post || !head || !patch) throw new Error('Expected an upload of three requests');
  expect([post.method, head.method, patch.method]).toEqual(['POST', 'HEAD', 'PATCH']);
  const posts = whole.proxy.connections.filter(({ method }) => method === 'POST').length;
  const single = [post, head, patch].flatMap((connection) =>
    (['request', 'response'] as const).flatMap((direction) =>
      cutOffsets(connection.head[direction], connection.passed[direction], random).flatMap((after): RequestCut[] => {
        const cut = {
          method: connection.method,
          nth: connection.method === 'POST' ? posts - 1 : 0,
          direction,
          after,
        };
        return [{ ...cut, isReset: random() < 0.5 }];
      }),
    ),
  );
  // cuts a chunk and the next request, which is either a HEAD for the offset or a PATCH with the rest
  const twice = Array.from({ length: 8 * offsetsBetween }, (): RequestCut[] => {
    const second = random() < 0.5 ? head : patch;
    const direction = random() < 0.5 ? 'request' : 'response';
    const randomOffset = (most: number): number => Math.floor(random() * (most + 1));
    return [
      {
        method: 'PATCH',
        nth: 0,
        direction: 'request',
        after: randomOffset(patch.passed.request),
        isReset: random() < 0.5,
      },
      {
        method: second.method,
        nth: 1,
        direction,
        after: randomOffset(second.passed[direction]),
        isReset: random() < 0.5,
      },
    ];
  });
  const cases = [...single.map((cut) => [cut]), ...twice].map((cuts, n) => ({ name: `cut-${n}.txt`, cuts }));
  expect(cases.length).toBeGreaterThan(80);
  const failures: unknown[] = [];
  await forEachConcurrently(cases, 24, async ({ name, cuts }) => {
    const { failure, proxy } = await upload(name, cuts);
    if (failure !== undefined || proxy.cuts() === 0) failures.push([cuts, proxy.cuts(), failure]);
  });
  expect(failures).toEqual([]);
  const names = ['whole.txt', ...cases.map(({ name }) => name)];
  expect(await storedDigests(server)).toEqual(names.map((name) => digest(contentOf(name))).sort());
  expect(await allRuns(server)).toHaveLength(names.length);
});
