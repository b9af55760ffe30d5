import { createCipheriv, createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from 'millrace';
import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';
import { cuttingProxy, type Cut, type CuttingProxy } from '../support/cutting-proxy.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { allRuns, digest, storedDigests } from '../support/server-contents.js';
import { seeded } from '../support/seeded.js';
import { isThorough } from '../support/thorough.js';

/** Several reads of a file, so that a piece is cut in its middle, too. */
const size = 300_000;
/** `MILLRACE_TEST_SEED=…` for other places; the boundaries are always among them. */
const seed = Number(process.env['MILLRACE_TEST_SEED'] ?? 1);
const placesBetween = isThorough ? 40 : 4;

let server: LocalServer;
beforeAll(async () => {
  // what is uploaded stays as it came: nothing here takes the step of a parser
  server = await startLocalServer({ resumableBytes: 1000, modules: ['json-to-txt'] });
});
afterAll(() => server.close());

interface CutOf extends Cut {
  /** Of the n-th request of that method. */
  readonly method: string;
  readonly nth: number;
}

/** Text in which all pieces differ. */
const contentOf = (name: string): Buffer => {
  const key = createHash('sha256').update(name).digest();
  const bytes = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size / 2));
  return Buffer.from(bytes.toString('hex'));
};

/** Uploads a file of its own content, through connections that are cut. */
async function upload(name: string, cuts: readonly CutOf[]): Promise<{ proxy: CuttingProxy; failure: unknown }> {
  const seen = new Map<string, number>();
  const proxy = await cuttingProxy(server.url, ({ method }) => {
    const nth = seen.get(method) ?? 0;
    // the calls of the API come by a connection that is kept; the first one asks what the server is
    seen.set(method, nth + 1);
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

/** All ends of heads and bodies with what is next to them, and some places between. */
function placesOf(head: number, total: number, random: () => number): number[] {
  const ends = [0, head, total].flatMap((end) => [end - 1, end, end + 1]);
  const between = Array.from({ length: placesBetween }, (_, n) =>
    [head, total - head].map((length, part) => Math.floor(part * head + (length * (n + random())) / placesBetween)),
  ).flat();
  return [...new Set([...ends, ...between])].filter((place) => place >= 0 && place <= total);
}

it(
  'wherever the connections of a resumable upload are cut, the file arrives as it is, once, and begins one run',
  { timeout: 180_000 },
  async () => {
    const random = seeded(`cuts ${seed}`);
    const whole = await upload('whole.txt', []);
    expect(whole.failure).toBeUndefined();
    const [post, head, patch] = whole.proxy.connections.slice(-3);
    if (!post || !head || !patch) throw new Error('Expected an upload of three requests');
    expect([post.method, head.method, patch.method]).toEqual(['POST', 'HEAD', 'PATCH']);
    const posts = whole.proxy.connections.filter(({ method }) => method === 'POST').length;
    const single = [post, head, patch].flatMap((connection) =>
      (['request', 'response'] as const).flatMap((direction) =>
        placesOf(connection.head[direction], connection.passed[direction], random).flatMap((after): CutOf[] => {
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
    // a piece is cut, and so is the next request, which either asks where to continue or sends the rest
    const twice = Array.from({ length: 8 * placesBetween }, (): CutOf[] => {
      const second = random() < 0.5 ? head : patch;
      const direction = random() < 0.5 ? 'request' : 'response';
      const place = (most: number): number => Math.floor(random() * (most + 1));
      return [
        { method: 'PATCH', nth: 0, direction: 'request', after: place(patch.passed.request), isReset: random() < 0.5 },
        { method: second.method, nth: 1, direction, after: place(second.passed[direction]), isReset: random() < 0.5 },
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
  },
);
