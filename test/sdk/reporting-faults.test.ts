import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client, log, pipeline, progress } from 'millrace';
import { fakeServer, type FakeServer, type Handler, type Reply } from './support/fake-server.js';

const three = pipeline<{ n: number }>('three')
  .step('one', (d) => ({ n: d.n + 1 }))
  .step('two', (d) => {
    log('in the middle');
    progress(1, 2);
    return { n: d.n + 1 };
  })
  .step('three', (d) => ({ n: d.n + 1 }));

const info = { status: 200, headers: { 'millrace-api': '1' }, json: { name: 'millrace', version: '0', limits: {} } };

interface Body {
  reporter: string;
  reports: { run: string; sequence: number; type: string; [field: string]: unknown }[];
  alive: string[];
}

/** What a server answers that takes everything. */
function take(body: Body, given: Record<string, unknown> = {}): Reply {
  const runs = [...new Set([...body.reports.map(({ run }) => run), ...body.alive])];
  const known = { sequence: 1, state: 'running', cancel: false, ...given };
  return { json: { runs: Object.fromEntries(runs.map((run) => [run, known])), refused: [] } };
}

const taking: Handler = ({ json }) => take(json as unknown as Body);
const bodies = (server: FakeServer) => server.to('/v1/events').map(({ json }) => json as unknown as Body);

function clientOf(url: string) {
  const warn = vi.fn<(words: string) => void>();
  const logger = { warn, error: warn, info: () => undefined, debug: () => undefined };
  const client = new Client({ apiUrl: url, apiKey: 'secret-key', logger, logLevel: 'info' });
  onTestFinished(() => void client.close());
  return { client, warn };
}

describe.each(['close', Symbol.asyncDispose] as const)('%o() of a client and of a worker', (method) => {
  test('waits until the server has all events, and the client can go on', async () => {
    let delivered = 0;
    const server = await fakeServer({
      '/v1': info,
      '/v1/workers': { json: { id: '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001', name: 'w', version: '1' } },
      '/v1/events': async ({ json }) => {
        const body = json as unknown as Body;
        await new Promise((resolve) => setImmediate(resolve));
        delivered += body.reports.length;
        return take(body);
      },
    });
    const { client } = clientOf(server.url);
    // closing waits for a few seconds, in which a busy machine has not even loaded what the first request needs
    await three.run({ n: 1 }, { report: client });
    expect(await client.flush({ waitTimeout: 60_000 })).toBe(true);
    const first = delivered;
    const run = three.start({ n: 1 }, { report: client });
    await run.wait();
    await client[method]();
    expect(run.status().state).toBe('completed');
    expect(delivered).toBeGreaterThan(first);
    const before = delivered;
    const worker = await client.worker({ name: 'w', version: '1' });
    await three.run({ n: 1 }, { report: worker });
    await worker[method]();
    expect(delivered).toBeGreaterThan(before);
    await client[method]();
  });
});

describe('the outcome of a run is the same', () => {
  const nonsense: [string, Record<string, Handler | Reply>][] = [
    ['answers 500', { '/': { status: 500, body: 'oops' } }],
    ['responds 500 to events', { '/v1': info, '/v1/events': { status: 500 } }],
    ['never answers', { '/': () => new Promise<undefined>(() => undefined) }],
    ['breaks off', { '/': (_seen, response) => void response.destroy() }],
    ['answers HTML', { '/v1': info, '/v1/events': { body: '<html><body>Welcome to nginx!</body></html>' } }],
    ['answers other JSON', { '/v1': info, '/v1/events': { json: ['hello'] } }],
    ['answers about other runs', { '/v1': info, '/v1/events': { json: { runs: {}, refused: [] } } }],
    ['does not know the key', { '/v1': info, '/v1/events': { status: 401, json: { error: { message: 'who?' } } } }],
    ['refuses every event', { '/v1': info, '/v1/events': { status: 400, json: { error: { message: 'no' } } } }],
    ['speaks the hosted protocol', { '/': { status: 404, json: { message: 'no such thing' } } }],
    [
      'has no use for the run',
      { '/v1': info, '/v1/events': ({ json }) => take(json as unknown as Body, { state: null }) },
    ],
    [
      'says that it crashed',
      { '/v1': info, '/v1/events': ({ json }) => take(json as unknown as Body, { state: 'crashed' }) },
    ],
  ];

  test.for(nonsense)('with a server that %s', async ([what, routes]) => {
    const server = await fakeServer(routes);
    const { client, warn } = clientOf(server.url);
    expect(await three.run({ n: 1 }, { report: client })).toEqual({ n: 4 });
    // nothing of it waits for the server: otherwise the request would have failed by now, and that would have been said
    if (what === 'never answers') expect(warn).not.toHaveBeenCalled();
    await client.flush({ waitTimeout: 300 });
    expect(await three.run({ n: 2 }, { report: client })).toEqual({ n: 5 });
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('secret-key');
  });

  test('with no server at all, and with no address', async () => {
    const server = await fakeServer();
    await server.close();
    const { client, warn } = clientOf(server.url);
    expect(await three.run({ n: 1 }, { report: client })).toEqual({ n: 4 });
    await client.flush({ waitTimeout: 300 });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no server is responding'), undefined);

    vi.stubEnv('MILLRACE_API_URL', '').stubEnv('MILLRACE_API_KEY', '').stubEnv('MILLRACE_DATA', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await three.run({ n: 1 }, { report: new Client({ logLevel: 'off' }) })).toEqual({ n: 4 });
  });

  test('of a worker, which registers when it can', async () => {
    const server = await fakeServer({ '/': { status: 500 } });
    const { client, warn } = clientOf(server.url);
    const worker = await client.worker({ name: 'w', version: '1', pipelines: [three] });
    expect(worker.id).toBeNull();
    expect(await three.run({ n: 1 }, { report: worker })).toEqual({ n: 4 });
    expect(warn.mock.calls[0]?.[0]).toContain("worker 'w' continues without being registered");
    void worker.close();
  });
});

test('events arrive in order and completely after faults of every kind', async () => {
  const faults: Reply[] = [{ status: 503 }, { body: '<html>' }, { status: 429, headers: { 'retry-after': '0' } }];
  const server = await fakeServer({ '/v1': info });
  const types: string[] = [];
  server.on('/v1/events', ({ json }) => {
    const fault = faults.shift();
    if (fault) return fault;
    const body = json as unknown as Body;
    const first = body.reports[0]?.sequence ?? 0;
    expect(body.reports.map(({ sequence }) => sequence)).toEqual(body.reports.map((_, index) => first + index));
    for (const { sequence, type } of body.reports) {
      expect(sequence).toBeLessThanOrEqual(types.length + 1);
      // a request whose response was lost is sent again, and servers ignore what they know
      if (sequence > types.length) types.push(type);
    }
    return take(body);
  });
  const { client } = clientOf(server.url);
  const run = three.start({ n: 1 }, { report: client });
  await run.wait();
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  expect(faults).toEqual([]);
  expect(types[0]).toBe('run-created');
  expect(types.at(-1)).toBe('run-state');
  expect(new Set(types)).toEqual(
    new Set(['run-created', 'run-state', 'task-created', 'task-state', 'progress', 'log']),
  );
});

test.for<[string, Reply]>([
  ['403', { status: 403, json: { message: 'Forbidden' } }],
  ['404', { status: 404, json: { message: 'no such path' } }],
  ['302', { status: 302, headers: { location: '/login' } }],
  ['a page', { body: '<html><body>Sign in</body></html>' }],
])('a first contact that meets %s is tried again, and nothing is missing', async ([, reply]) => {
  let contacts = 0;
  const server = await fakeServer({ '/v1': () => (contacts++ === 0 ? reply : info), '/v1/events': taking });
  const { client, warn } = clientOf(server.url);
  const run = three.start({ n: 1 }, { report: client });
  await run.wait();
  await vi.waitFor(() => expect(bodies(server)).not.toEqual([]), { timeout: 20_000, interval: 20 });
  const types = bodies(server).flatMap(({ reports }) => reports.map(({ type }) => type));
  expect(types[0]).toBe('run-created');
  expect(warn).toHaveBeenCalledOnce();
  await three.run({ n: 2 }, { report: client });
  expect(await client.flush()).toBe(true);
});

test('an event that the server refuses does not keep back the others', async () => {
  const server = await fakeServer({ '/v1': info });
  const taken: number[] = [];
  server.on('/v1/events', ({ json }) => {
    const body = json as unknown as Body;
    if (body.reports.some(({ sequence }) => sequence === 4))
      return { status: 400, json: { error: { message: 'four' } } };
    taken.push(...body.reports.map(({ sequence }) => sequence));
    return take(body);
  });
  const { client, warn } = clientOf(server.url);
  await three.run({ n: 1 }, { report: client });
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  expect(taken).toEqual(Array.from({ length: taken.length }, (_, index) => (index < 3 ? index + 1 : index + 2)));
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('four'), undefined);
});

test('a run whose name the key may not use does not keep back the others', async () => {
  const refusing: Handler = ({ json }) => {
    const body = json as unknown as Body;
    const runs = body.reports.filter(({ type, of }) => type === 'run-created' && of === 'secret').map(({ run }) => run);
    if (runs.length === 0) return take(body);
    const message = 'This key is limited to the names three';
    return { status: 403, json: { error: { code: 'forbidden', message, exchangeId: 'e', details: { runs } } } };
  };
  const server = await fakeServer({ '/v1': info, '/v1/events': refusing });
  const { client, warn } = clientOf(server.url);
  const secret = pipeline('secret').step('one', () => ({ n: 1 }));
  const runs = [secret.start({}, { report: client }), three.start({ n: 1 }, { report: client })];
  await Promise.all(runs.map((run) => run.wait()));
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  const last = bodies(server).at(-1)?.reports;
  expect(new Set(last?.map(({ run }) => run))).toEqual(new Set([runs[1]?.id]));
  expect(warn.mock.calls.map(([words]) => [words])).toEqual([
    [expect.stringMatching(/^Some runs are not reported\. .*key is limited to the names three/)],
  ]);
});

test('values and texts are made such that any server takes them', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': taking });
  const { client } = clientOf(server.url);
  let deep: unknown = 'end';
  for (let level = 0; level < 150; level++) deep = [deep];
  const odd = pipeline<{ deep: unknown }>('odd').step('say', () => {
    log(`nul \0 and half \ud83d ${'x'.repeat(20_000)}`);
    return { large: 'y'.repeat(1_100_000) };
  });
  await odd.run({ deep }, { report: client });
  expect(await client.flush()).toBe(true);
  const events = bodies(server).flatMap((body) => body.reports);
  expect(events[0]?.['input']).toEqual({ '[not json]': expect.stringContaining('nested more than 90') as unknown });
  const said = String(events.find(({ message }) => String(message).startsWith('nul'))?.['message']);
  expect([said.length, said.slice(0, 16)]).toEqual([10_000, 'nul \ufffd and half \ufffd']);
  const output = events.find(({ output }) => output !== undefined);
  expect(output?.['output']).toEqual({ '[not json]': expect.stringMatching(/^left out/) as unknown });
});

test('names of fields are made such, too', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': taking });
  const { client } = clientOf(server.url);
  await pipeline<object>('named').run({ 'nul \0 and half \ud83d': '\\u0000 \ud83d\ude00' }, { report: client });
  expect(await client.flush()).toBe(true);
  const [first] = bodies(server).flatMap((body) => body.reports);
  expect(first?.['input']).toEqual({ 'nul \ufffd and half \ufffd': '\\u0000 \ud83d\ude00' });
});

test('while a server is away, memory is bounded: log lines go, states stay, and that is said', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': { status: 503 } });
  const { client, warn } = clientOf(server.url);
  const loud = pipeline('loud').step('talk', () => {
    for (let n = 0; n < 6000; n++) log('z'.repeat(9000));
  });
  await loud.run({}, { report: client });
  expect(warn.mock.calls.map(([words]) => words)).toContainEqual(expect.stringContaining('are dropped'));
  server.on('/v1/events', taking);
  expect(await client.flush({ waitTimeout: 50_000 })).toBe(true);
  const events = bodies(server).flatMap((body) => body.reports);
  const characters = JSON.stringify([...new Map(events.map((event) => [event.sequence, event])).values()]).length;
  expect(characters).toBeLessThan(34 * 1024 ** 2);
  expect(events.find(({ type, state }) => type === 'run-state' && state === 'completed')).toBeDefined();
});

test('signs of life are sent of runs that the server knows, so that none is given up whose beginning still waits', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await fakeServer({ '/v1': info, '/v1/events': { status: 503 } });
  const { client } = clientOf(server.url);
  let goOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const loud = pipeline('loud').step('talk', async () => {
    for (let n = 0; n < 1500; n++) log(`line ${n}`);
    await gate;
  });
  const first = loud.start({}, { report: client });
  await expect.poll(() => bodies(server).length).toBeGreaterThan(0);
  // its beginning does not fit into the first request
  const runs = [first, loud.start({}, { report: client })];
  await expect.poll(() => runs[1]?.status().state).toBe('running');
  vi.advanceTimersByTime(10_000);
  const known = new Set<string>();
  server.on('/v1/events', ({ json }) => {
    const body = json as unknown as Body;
    for (const { run, type } of body.reports) if (type === 'run-created') known.add(run);
    const { runs: responses } = take(body).json as { runs: Record<string, object> };
    for (const id of Object.keys(responses))
      if (!known.has(id)) responses[id] = { sequence: 0, state: null, cancel: false };
    return { json: { runs: responses, refused: [] } };
  });
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => bodies(server).at(-1)?.alive.length).toBe(2);
  goOn();
  await Promise.all(runs.map((run) => run.wait()));
  expect(await client.flush()).toBe(true);
  const ended = bodies(server).flatMap(({ reports }) =>
    reports.filter(({ state, type }) => type === 'run-state' && state === 'completed'),
  );
  expect(new Set(ended.map(({ run }) => run)).size).toBe(2);
});

test('nothing is left behind when everything has arrived, however many clients report', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': taking });
  const before = process.listenerCount('beforeExit');
  const clients = Array.from({ length: 20 }, () => clientOf(server.url).client);
  await Promise.all(clients.map((client) => three.run({ n: 1 }, { report: client })));
  expect(process.listenerCount('beforeExit') - before).toBeLessThanOrEqual(1);
  await Promise.all(clients.map((client) => client.flush()));
  const runs = bodies(server).flatMap(({ reports }) => reports.filter(({ type }) => type === 'run-created'));
  expect(runs).toHaveLength(20);
});
