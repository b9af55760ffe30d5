import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client, log, pipeline, progress } from 'millrace';
import { eventLimits } from 'millrace/shared/runs/event-limits.js';
import { observeRuns } from 'millrace/shared/runs/run-observer.js';
import { fakeServer, type FakeServer, type Handler, type Reply } from './support/fake-server.js';
import { scratch } from './support/scratch.js';

const threeSteps = pipeline<{ n: number }>('three')
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

/** Creates the response of a server that accepts all events. */
function accept(body: Body, overrides: Record<string, unknown> = {}): Reply {
  const runs = [...new Set([...body.reports.map(({ run }) => run), ...body.alive])];
  const acknowledged = { sequence: 1, state: 'running', cancel: false, ...overrides };
  return { json: { runs: Object.fromEntries(runs.map((run) => [run, acknowledged])), refused: [] } };
}

const acceptAll: Handler = ({ json }) => accept(json as unknown as Body);
const bodies = (server: FakeServer) => server.to('/v1/events').map(({ json }) => json as unknown as Body);

function createClient(url: string) {
  const warn = vi.fn<(words: string) => void>();
  const logger = { warn, error: warn, info: () => undefined, debug: () => undefined };
  const client = new Client({ apiUrl: url, apiKey: 'secret-key', logger, logLevel: 'info' });
  onTestFinished(() => void client.close());
  return { client, warn };
}

describe.each(['close', Symbol.asyncDispose] as const)('%o() of a client and of a worker', (method) => {
  test('waits until the server has all events, and the client remains usable', async () => {
    let delivered = 0;
    const server = await fakeServer({
      '/v1': info,
      '/v1/workers': { json: { id: '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001', name: 'w', version: '1' } },
      '/v1/events': async ({ json }) => {
        const body = json as unknown as Body;
        await new Promise((resolve) => setImmediate(resolve));
        delivered += body.reports.length;
        return accept(body);
      },
    });
    const { client } = createClient(server.url);
    // on a busy machine, the modules for the first request can take longer to load than close() waits
    await threeSteps.run({ n: 1 }, { report: client });
    expect(await client.flush({ waitTimeout: 60_000 })).toBe(true);
    const first = delivered;
    const run = threeSteps.start({ n: 1 }, { report: client });
    await run.wait();
    await client[method]();
    expect(run.status().state).toBe('completed');
    expect(delivered).toBeGreaterThan(first);
    const before = delivered;
    const worker = await client.worker({ name: 'w', version: '1' });
    await threeSteps.run({ n: 1 }, { report: worker });
    await worker[method]();
    expect(delivered).toBeGreaterThan(before);
    await client[method]();
  });
});

describe('a server fault does not change the outcome of a run', () => {
  const faultyServers: [string, Record<string, Handler | Reply>][] = [
    ['responds 500', { '/': { status: 500, body: 'oops' } }],
    ['responds 500 to events', { '/v1': info, '/v1/events': { status: 500 } }],
    ['never responds', { '/': () => new Promise<undefined>(() => undefined) }],
    ['drops connections', { '/': (_seen, response) => void response.destroy() }],
    ['responds with HTML', { '/v1': info, '/v1/events': { body: '<html><body>Welcome to nginx!</body></html>' } }],
    ['responds with unexpected JSON', { '/v1': info, '/v1/events': { json: ['hello'] } }],
    ['does not acknowledge the run', { '/v1': info, '/v1/events': { json: { runs: {}, refused: [] } } }],
    ['rejects the API key', { '/v1': info, '/v1/events': { status: 401, json: { error: { message: 'who?' } } } }],
    ['rejects every event', { '/v1': info, '/v1/events': { status: 400, json: { error: { message: 'no' } } } }],
    ['speaks the hosted protocol', { '/': { status: 404, json: { message: 'no such thing' } } }],
    [
      'does not know the run',
      { '/v1': info, '/v1/events': ({ json }) => accept(json as unknown as Body, { state: null }) },
    ],
    [
      'reports the run as crashed',
      { '/v1': info, '/v1/events': ({ json }) => accept(json as unknown as Body, { state: 'crashed' }) },
    ],
  ];

  test.for(faultyServers)('with a server that %s', async ([what, routes]) => {
    const server = await fakeServer(routes);
    const { client, warn } = createClient(server.url);
    expect(await threeSteps.run({ n: 1 }, { report: client })).toEqual({ n: 4 });
    // if the run had waited for the server, the request would have failed by now, with a warning
    if (what === 'never responds') expect(warn).not.toHaveBeenCalled();
    await client.flush({ waitTimeout: 300 });
    expect(await threeSteps.run({ n: 2 }, { report: client })).toEqual({ n: 5 });
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain('secret-key');
  });

  test('a run that the program itself recorded as crashed causes no warning', async () => {
    const respondCrashed: Handler = ({ json }) => accept(json as unknown as Body, { state: 'crashed' });
    const server = await fakeServer({ '/v1': info, '/v1/events': respondCrashed });
    const { client, warn } = createClient(server.url);
    await threeSteps.run({ n: 1 }, { report: client });
    expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
    expect(warn).not.toHaveBeenCalled();
  });

  test('with no server, or with no server address', async () => {
    const server = await fakeServer();
    await server.close();
    const { client, warn } = createClient(server.url);
    expect(await threeSteps.run({ n: 1 }, { report: client })).toEqual({ n: 4 });
    await client.flush({ waitTimeout: 300 });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no server is responding'), undefined);

    vi.stubEnv('MILLRACE_API_URL', '').stubEnv('MILLRACE_API_KEY', '').stubEnv('MILLRACE_DATA', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    const unset = new Client({ logLevel: 'off' });
    expect(await threeSteps.run({ n: 1 }, { report: unset })).toEqual({ n: 4 });
    const idFile = join(await scratch(), 'worker.json');
    await writeFile(idFile, '{}');
    for (const options of [{}, { idFile }]) {
      const worker = await unset.worker({ name: 'w', version: '1', ...options });
      expect(worker.id).toBeNull();
      await worker.close();
    }
  });

  test('with a worker that cannot register', async () => {
    const server = await fakeServer({ '/': { status: 500 } });
    const { client, warn } = createClient(server.url);
    const worker = await client.worker({ name: 'w', version: '1', pipelines: [threeSteps] });
    expect(worker.id).toBeNull();
    expect(await threeSteps.run({ n: 1 }, { report: worker })).toEqual({ n: 4 });
    expect(warn.mock.calls[0]?.[0]).toMatch(/^Failed to register the worker 'w' .* will try again\. /);
    void worker.close();
  });
});

test("the path of a worker's idFile can be longer than a name", async () => {
  const server = await fakeServer({ '/': { status: 500 } });
  const idFile = join(await scratch(), 'd/'.repeat(150), 'worker.json');
  const worker = await createClient(server.url).client.worker({ name: 'w', version: '1', idFile });
  expect(worker.id).toBeNull();
  await worker.close();
});

test('all events arrive in order after several faults', async () => {
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
      // a request whose response was lost is sent again, and servers ignore known events
      if (sequence > types.length) types.push(type);
    }
    return accept(body);
  });
  const { client } = createClient(server.url);
  const run = threeSteps.start({ n: 1 }, { report: client });
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
  ['an HTML page', { body: '<html><body>Sign in</body></html>' }],
])('a first contact that fails with %s is retried, and no event is lost', async ([, reply]) => {
  let contacts = 0;
  const server = await fakeServer({ '/v1': () => (contacts++ === 0 ? reply : info), '/v1/events': acceptAll });
  const { client, warn } = createClient(server.url);
  const run = threeSteps.start({ n: 1 }, { report: client });
  await run.wait();
  await vi.waitFor(() => expect(bodies(server)).not.toEqual([]), { timeout: 120_000, interval: 20 });
  const types = bodies(server).flatMap(({ reports }) => reports.map(({ type }) => type));
  expect(types[0]).toBe('run-created');
  expect(warn).toHaveBeenCalledOnce();
  await threeSteps.run({ n: 2 }, { report: client });
  expect(await client.flush()).toBe(true);
});

test('an event that the server rejects does not block the others', async () => {
  const server = await fakeServer({ '/v1': info });
  const accepted: number[] = [];
  server.on('/v1/events', ({ json }) => {
    const body = json as unknown as Body;
    if (body.reports.some(({ sequence }) => sequence === 4))
      return { status: 400, json: { error: { message: 'four' } } };
    accepted.push(...body.reports.map(({ sequence }) => sequence));
    return accept(body);
  });
  const { client, warn } = createClient(server.url);
  await threeSteps.run({ n: 1 }, { report: client });
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  expect(accepted).toEqual(Array.from({ length: accepted.length }, (_, index) => (index < 3 ? index + 1 : index + 2)));
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('four'), undefined);
});

test('a run whose name the API key does not allow does not block the others', async () => {
  const rejectSecret: Handler = ({ json }) => {
    const body = json as unknown as Body;
    const runs = body.reports.filter(({ type, of }) => type === 'run-created' && of === 'secret').map(({ run }) => run);
    if (runs.length === 0) return accept(body);
    const message = 'This key is limited to the names three';
    return { status: 403, json: { error: { code: 'forbidden', message, exchangeId: 'e', details: { runs } } } };
  };
  const server = await fakeServer({ '/v1': info, '/v1/events': rejectSecret });
  const { client, warn } = createClient(server.url);
  const secret = pipeline('secret').step('one', () => ({ n: 1 }));
  const runs = [secret.start({}, { report: client }), threeSteps.start({ n: 1 }, { report: client })];
  await Promise.all(runs.map((run) => run.wait()));
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  const last = bodies(server).at(-1)?.reports;
  expect(new Set(last?.map(({ run }) => run))).toEqual(new Set([runs[1]?.id]));
  expect(warn.mock.calls.map(([words]) => [words])).toEqual([
    [expect.stringMatching(/^Some runs are not reported\. .*key is limited to the names three/)],
  ]);
});

test('deep or large values, long strings and invalid characters are made acceptable to any server', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': acceptAll });
  const { client } = createClient(server.url);
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
  const logged = String(events.find(({ message }) => String(message).startsWith('nul'))?.['message']);
  expect([logged.length, logged.slice(0, 16)]).toEqual([10_000, 'nul \ufffd and half \ufffd']);
  const output = events.find(({ output }) => output !== undefined);
  expect(output?.['output']).toEqual({ '[not json]': expect.stringMatching(/^left out/) as unknown });
});

test('invalid characters in field names are replaced', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': acceptAll });
  const { client } = createClient(server.url);
  await pipeline<object>('named').run({ 'nul \0 and half \ud83d': '\\u0000 \ud83d\ude00' }, { report: client });
  expect(await client.flush()).toBe(true);
  const [first] = bodies(server).flatMap((body) => body.reports);
  expect(first?.['input']).toEqual({ 'nul \ufffd and half \ufffd': '\\u0000 \ud83d\ude00' });
});

test('during an outage, log lines are dropped with a warning to bound memory, and states are kept', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': { status: 503 } });
  const { client, warn } = createClient(server.url);
  const loud = pipeline('loud').step('talk', () => {
    for (let n = 0; n < 6000; n++) log('z'.repeat(9000));
  });
  await loud.run({}, { report: client });
  expect(warn.mock.calls.map(([words]) => words)).toContainEqual(expect.stringContaining('are dropped'));
  server.on('/v1/events', acceptAll);
  expect(await client.flush({ waitTimeout: 50_000 })).toBe(true);
  const events = bodies(server).flatMap((body) => body.reports);
  const characters = JSON.stringify([...new Map(events.map((event) => [event.sequence, event])).values()]).length;
  expect(characters).toBeLessThan(34 * 1024 ** 2);
  expect(events.find(({ type, state }) => type === 'run-state' && state === 'completed')).toBeDefined();
});

test('heartbeats are sent only for runs that the server knows', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await fakeServer({ '/v1': info, '/v1/events': { status: 503 } });
  const { client } = createClient(server.url);
  let openGate = (): void => undefined;
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  const loud = pipeline('loud').step('talk', async () => {
    for (let n = 0; n < 1500; n++) log(`line ${n}`);
    await gate;
  });
  const first = loud.start({}, { report: client });
  await expect.poll(() => bodies(server).length).toBeGreaterThan(0);
  // the `run-created` event of the second run does not fit into the first request
  const runs = [first, loud.start({}, { report: client })];
  await expect.poll(() => runs[1]?.status().state).toBe('running');
  vi.advanceTimersByTime(10_000);
  const knownRuns = new Set<string>();
  server.on('/v1/events', ({ json }) => {
    const body = json as unknown as Body;
    for (const { run, type } of body.reports) if (type === 'run-created') knownRuns.add(run);
    const { runs: responses } = accept(body).json as { runs: Record<string, object> };
    for (const id of Object.keys(responses))
      if (!knownRuns.has(id)) responses[id] = { sequence: 0, state: null, cancel: false };
    return { json: { runs: responses, refused: [] } };
  });
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => bodies(server).at(-1)?.alive.length).toBe(2);
  openGate();
  await Promise.all(runs.map((run) => run.wait()));
  expect(await client.flush()).toBe(true);
  const ended = bodies(server).flatMap(({ reports }) =>
    reports.filter(({ state, type }) => type === 'run-state' && state === 'completed'),
  );
  expect(new Set(ended.map(({ run }) => run)).size).toBe(2);
});

test('a heartbeat is sent for all runs, even if they do not fit into one request', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await fakeServer({ '/v1': info, '/v1/events': acceptAll });
  const { client } = createClient(server.url);
  const runs = Array.from({ length: eventLimits.aliveRuns + 1 }, () => randomUUID());
  const observer = client[observeRuns]();
  const created = { type: 'run-created', name: 'n', kind: 'pipeline', of: 'three', version: null } as const;
  for (const run of runs) {
    const at = new Date().toISOString();
    observer.report({ ...created, run, sequence: 1, at, parent: null, worker: null, input: {} });
  }
  expect(await client.flush({ waitTimeout: 30_000 })).toBe(true);
  for (const beats of [1, 2]) {
    vi.advanceTimersByTime(10_000);
    const alive = () => bodies(server).flatMap((body) => body.alive);
    await expect.poll(() => alive().length).toBe(beats * runs.length);
    expect(new Set(alive().slice(-runs.length))).toEqual(new Set(runs));
  }
});

test('twenty reporting clients add at most one beforeExit listener', async () => {
  const server = await fakeServer({ '/v1': info, '/v1/events': acceptAll });
  const before = process.listenerCount('beforeExit');
  const clients = Array.from({ length: 20 }, () => createClient(server.url).client);
  await Promise.all(clients.map((client) => threeSteps.run({ n: 1 }, { report: client })));
  expect(process.listenerCount('beforeExit') - before).toBeLessThanOrEqual(1);
  await Promise.all(clients.map((client) => client.flush()));
  const runs = bodies(server).flatMap(({ reports }) => reports.filter(({ type }) => type === 'run-created'));
  expect(runs).toHaveLength(20);
});
