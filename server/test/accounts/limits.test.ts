import { randomUUID } from 'node:crypto';
import type { CreatedApiKey } from 'millrace/shared/types/api-key.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import type { Role } from 'millrace/shared/rules/roles.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeAccess } from '../../src/http/route-access.js';
import { created, ReportedRunDriver } from '../support/clients/events.js';
import { start, WorkerDriver } from '../support/worker-driver.js';
import { send as sendAs, signIn } from '../support/clients/browser.js';
import { fillNames, type NamedData } from './fill-names.js';
import { limitProofs, allowedNames, limitMessage, missingId, type RequestParts, type Proof } from './limit-proofs.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';
import { runIdOf } from '../support/clients/wpipe-client.js';

const text = 'A diary with a lock. The key is lost.';

let server: TestServer;
let open: NamedData;
let secret: NamedData;
let limited: Record<Exclude<Role, 'admin'>, string>;
beforeAll(async () => {
  server = await startTestServer({ keyOfEachRole: true, parked: ['summarize'] });
  open = await fillNames(server, 'open', 'open-flow');
  secret = await fillNames(server, 'secret', 'secret-flow');
  const createKey = async (role: Role) => {
    const body = { name: `limited-${role}`, role, pipelines: allowedNames };
    return (await server.v1.post<CreatedApiKey>('/v1/keys', body)).body.key;
  };
  limited = {
    reader: await createKey('reader'),
    runner: await createKey('runner'),
    operator: await createKey('operator'),
  };
});
afterAll(() => server.close());

const { send, hides, refuses, leavesOut, isEmptyFor } = limitProofs(() => ({ server, open, secret }));

/** Opens a stream and closes it. */
async function openAndCloseStream(key: string, query: string): Promise<Response> {
  const response = await new V1Client(server.url, key).openStream(query);
  await response.body?.cancel();
  return response;
}

/** Returns the names of the pipelines, flows and tasks in a response. */
async function listNames(key: string, route: string): Promise<string[]> {
  const { items } = JSON.parse((await send(key, route)).text) as { items: { of: string }[] };
  return [...new Set(items.map(({ of }) => of))].sort();
}

/** Proves that a job of another key is hidden, because it counts runs of all names. */
const hidesJob: Proof = async (key, route) => {
  const body = { action: 'cancel', filter: { of: 'secret', state: 'completed' } };
  const { id } = (await server.v1.post<{ id: string }>('/v1/runs/bulk', body)).body;
  expect((await send(key, route, { id })).status).toBe(404);
  expect((await send(server.apiKey, route, { id })).status).toBe(200);
};

const ofFile = (data: NamedData) => data.file.fileId;
const ofBatch = ({ batch }: NamedData) => batch;
const ofRun = (data: NamedData) => data.flow.id;
const fileBody = (id: string): RequestParts => ({
  body: { pipeline: id === ofFile(open) ? 'open' : 'secret', file_id: id },
});
const inPath = (id: string): RequestParts => ({ id });
const wpipeRoutes = (route: string, proof: Proof) =>
  Object.fromEntries(['', '/wpipe', '/api'].map((prefix) => [route.replace(' ', ` ${prefix}`), proof]));

const process = (pipeline: string) => ({ pipeline, pipeline_ordered_modules: ['parser'], version: '1' });
const newWorker = (name: string) => ({ name: 'w', version: '1', pipelines: [{ name, steps: [] }] });
const newRun = (of: string, parent: string | null = null) => ({
  reports: [{ run: randomUUID(), sequence: 1, at: '2031-02-14T09:26:53.250Z', ...created({ of, parent }) }],
});

/** Marks a route whose response depends on no pipeline, flow or task. */
const nothing = 'no files and no runs';

/** For each route that a limited key may use, the proof that the key is limited to its names. */
const limits: Readonly<Record<string, Proof | typeof nothing>> = {
  'POST /cli-checkin': nothing,
  'POST /krixik-core-cap-check': async (key, route) => {
    expect(JSON.parse((await send(key, route)).text)).toMatchObject({ units_used: 1 });
    expect(JSON.parse((await send(server.apiKey, route)).text)).toMatchObject({ units_used: 2 });
  },
  'POST /krixik-core-process': refuses(process('secret')),
  'POST /krixik-core-process-status': hides(
    (id) => ({ body: { pipeline: id === open.file.processId ? 'open' : 'secret', process_id: id } }),
    ({ file }) => file.processId,
  ),
  'POST /krixik-core-fetch-output': hides(fileBody, ofFile),
  'POST /krixik-core-list': isEmptyFor((pipeline) => ({ pipeline })),
  'POST /krixik-core-show-tree': isEmptyFor((pipeline) => ({ pipeline, symbolic_directory_path: '/*' })),
  'POST /keyword-search': isEmptyFor((pipeline) => ({ pipeline, query: 'lock', file_names: ['*.txt'] })),
  'DELETE /v1/files': async (key, route) => {
    const deleteFiles = async (pipeline: string) =>
      JSON.parse((await send(key, route, { query: `?pipeline=${pipeline}` })).text) as object;
    expect(await deleteFiles('secret')).toEqual(await deleteFiles('nowhere'));
    expect((await server.v1.get(`/v1/files/${secret.file.fileId}`)).status).toBe(200);
    await server.client.complete('open-flow', ['parser'], text);
    expect(await deleteFiles('open-flow')).toEqual({ deleted: 1, more: false });
  },
  'POST /v1/keyword-search': isEmptyFor((pipeline) => ({ pipeline, query: 'lock', symbolicDirectoryPaths: ['/*'] })),
  'POST /semantic-search': async (key, route) => {
    const partsFor = (pipeline: string) => ({ body: { pipeline, query: 'lock', file_names: ['*.txt'] } });
    // the error about the chain of the pipeline is only for a key that sees the pipeline
    expect((await send(server.apiKey, route, partsFor('secret'))).text).toContain('keyword-db');
    const { text } = await send(key, route, partsFor('secret'));
    expect(JSON.parse(text)).toMatchObject({ items: [], message: 'No files were found for the given query arguments' });
  },
  'POST /krixik-core-update': hides(
    (id) => ({ body: { ...(fileBody(id).body as object), file_description: 'x' } }),
    ofFile,
  ),
  'POST /krixik-core-delete': hides(fileBody, ofFile),

  ...wpipeRoutes(
    'GET /dashboard_workers',
    leavesOut(({ wpipeWorker }) => [wpipeWorker]),
  ),
  ...wpipeRoutes(
    'GET /dashboard_process/:id',
    hides(inPath, ({ wpipeWorker }) => wpipeWorker, `worker_${missingId}`),
  ),
  ...wpipeRoutes(
    'GET /dashboard_tasks/:id',
    hides(inPath, ({ process: { father } }) => father, `process_${missingId}`),
  ),
  ...wpipeRoutes('POST /matricula', async (key, route) => {
    const { status, text } = await send(key, route, { body: { name: 'secret', version: '1', tasks: [] } });
    expect([status, JSON.parse(text)]).toEqual([403, { detail: expect.stringContaining(limitMessage) as string }]);
  }),
  ...wpipeRoutes(
    'POST /healthchecker',
    hides(
      (id) => ({ body: { id } }),
      ({ wpipeWorker }) => wpipeWorker,
      `worker_${missingId}`,
    ),
  ),
  ...wpipeRoutes(
    'POST /newprocess',
    hides(
      (id) => ({ body: { id } }),
      ({ wpipeWorker }) => wpipeWorker,
      `worker_${missingId}`,
    ),
  ),
  ...wpipeRoutes('POST /actualizar_task', async (key, route) => {
    const [task] = secret.process.sons;
    await send(key, route, { body: { task_id: task!.id, status: 'start' } });
    const { body } = await server.v1.run(runIdOf(secret.process.father));
    expect(body.tasks[0]!.state).toBe('pending');
  }),
  ...wpipeRoutes('POST /endprocess', async (key, route) => {
    const { text } = await send(key, route, { body: { id: secret.process.father } });
    expect(JSON.parse(text)).toEqual({ status: false });
    expect((await server.v1.run(runIdOf(secret.process.father))).body.finishedAt).toBeNull();
  }),

  'GET /v1': nothing,
  'GET /v1/session': async (key, route) => {
    expect(JSON.parse((await send(key, route)).text)).toMatchObject({ key: { pipelines: allowedNames } });
  },
  'POST /v1/session/links': async (key, route) => {
    const { url } = JSON.parse((await send(key, route)).text) as { url: string };
    const cookie = await signIn(server.url, { link: new URL(url).hash.slice(1) });
    const { text } = await sendAs(server.url, '/v1/runs', { headers: { cookie } });
    expect(text).toContain(open.flow.id);
    expect(text).not.toContain(secret.flow.id);
  },
  'GET /v1/modules': nothing,
  'GET /v1/runs': leavesOut(({ file, flow, child, process: { father } }) => [
    file.processId,
    flow.id,
    child.id,
    runIdOf(father),
  ]),
  'GET /v1/runs/points': leavesOut(({ file, flow, child }) => [file.processId, flow.id, child.id]),
  'GET /v1/runs/:id': async (key, route) => {
    for (const idOf of [ofRun, (data: NamedData) => data.child.id, (data: NamedData) => data.file.processId]) {
      for (const query of ['', '?wait=30&since=0']) await hides((id) => ({ id, query }), idOf)(key, route);
    }
  },
  'GET /v1/runs/:id/events': async (key, route) => {
    await hides(inPath, ({ file }) => file.processId)(key, route);
  },
  'GET /v1/runs/:id/logs': hides(inPath, ofRun),
  'GET /v1/runs/:id/tasks/:key': async (key, route) => {
    const path = route.replace(':key', 'module_1');
    expect((await send(key, path, { id: secret.file.processId })).status).toBe(404);
    expect((await send(server.apiKey, path, { id: secret.file.processId })).status).toBe(200);
    expect((await send(key, path, { id: open.file.processId })).status).toBe(200);
  },
  'GET /v1/files': async (key, route) => {
    const countOf = async (by: string, pipeline: string) =>
      (JSON.parse((await send(by, route, { query: `?pipeline=${pipeline}` })).text) as { items: unknown[] }).items
        .length;
    expect([await countOf(key, 'open'), await countOf(key, 'secret')]).toEqual([1, 0]);
    expect(await countOf(server.apiKey, 'secret')).toBe(1);
  },
  'POST /v1/files/lookup': async (key, route) => {
    const pathOf = async (id: string) =>
      (await server.v1.get<{ symbolicFilePath: string }>(`/v1/files/${id}`)).body.symbolicFilePath;
    const find = async (by: string, data: NamedData, pipeline: string) => {
      const body = { pipeline, chain: ['parser'], files: [{ path: await pathOf(data.file.fileId) }] };
      return (JSON.parse((await send(by, route, { body })).text) as { items: unknown[] }).items;
    };
    expect(await find(key, secret, 'secret')).toEqual([null]);
    expect(await find(key, open, 'open')).toMatchObject([{ fileId: open.file.fileId }]);
    expect(await find(server.apiKey, secret, 'secret')).toMatchObject([{ fileId: secret.file.fileId }]);
  },
  'GET /v1/files/:id': hides(inPath, ofFile),
  'GET /v1/files/:id/input': hides(inPath, ofFile),
  'GET /v1/files/:id/input/picture': hides(inPath, ofFile),
  'GET /v1/files/:id/output': hides(inPath, ofFile),
  'GET /v1/files/:id/output/content': hides(inPath, ofFile),
  'PATCH /v1/files/:id': hides((id) => ({ id, body: { fileDescription: 'y' } }), ofFile),
  'DELETE /v1/files/:id': async (key, route) => {
    expect((await send(key, route, { id: secret.file.fileId })).status).toBe(404);
    expect((await server.v1.get(`/v1/files/${secret.file.fileId}`)).status).toBe(200);
    const { fileId } = await server.client.complete('open', ['keyword-db'], text, { file_name: 'delete.txt' });
    expect((await send(key, route, { id: fileId })).status).toBe(204);
  },
  'GET /v1/stats': async (key, route) => {
    const stats = async (by: string) => JSON.parse((await send(by, route)).text) as Stats;
    const [ours, all] = [await stats(key), await stats(server.apiKey)];
    expect(ours.byOf.map(({ of }) => of).sort()).toEqual(['open', 'open', 'open-flow', 'shared']);
    const total = ({ runs }: Pick<Stats, 'runs'>) => Object.values(runs).reduce((sum, count) => sum + count);
    const named = all.byOf.filter(({ of }) => allowedNames.includes(of)).map(total);
    // and the child run of the open flow
    expect(total(ours)).toBe(named.reduce((sum, count) => sum + count) + 1);
    expect(total(all)).toBeGreaterThan(total(ours));
    expect(all.workers.online).toBe(2 * ours.workers.online);
  },
  'GET /v1/failures': async (key, route) => {
    for (const of of ['secret', 'open']) {
      const run = new ReportedRunDriver(server.v1);
      await run.begin({ of });
      await run.send({
        type: 'run-state',
        state: 'failed',
        error: { code: 'failed', message: 'the mill burned down' },
      });
    }
    expect(await listNames(key, route)).toEqual(['open']);
    expect(await listNames(server.apiKey, route)).toEqual(['open', 'secret']);
  },
  'GET /v1/pipelines': async (key, route) => {
    expect(await listNames(key, route)).toEqual(['open', 'open-flow', 'shared']);
    expect(await listNames(server.apiKey, route)).toContain('secret');
  },
  'GET /v1/stream': async (key, route) => {
    const openStream = async (by: string, query = '') => (await openAndCloseStream(by, query)).status;
    expect([await openStream(key), await openStream(key, `?run=${open.flow.id}`)]).toEqual([200, 200]);
    expect([
      await openStream(key, `?run=${secret.flow.id}`),
      await openStream(server.apiKey, `?run=${secret.flow.id}`),
    ]).toEqual([404, 200]);
    // live/stream.test.ts proves what its events leave out
    expect(route).toBe('GET /v1/stream');
  },
  'GET /v1/workers': leavesOut(({ worker }) => [worker]),
  'POST /v1/runs': refuses({ of: 'secret' }),
  'POST /v1/claims': refuses({ worker: missingId, serves: [{ name: 'secret' }], free: 1, wait: 0 }),
  'POST /v1/claims/release': async (key, route) => {
    const worker = await WorkerDriver.register(server.v1, 'secret');
    const { requestId } = await start(server.v1, 'secret');
    await worker.claimOne();
    const body = { reporter: worker.reporter, runs: [requestId] };
    expect(JSON.parse((await send(key, route, { body })).text)).toEqual({ released: 0 });
    expect(await worker.release(requestId)).toBe(1);
    await server.v1.delete(requestId);
  },
  'POST /v1/events': refuses(newRun('secret')),
  'POST /v1/workers': refuses(newWorker('secret')),
  'POST /v1/workers/:id/heartbeat': hides(inPath, ({ worker }) => worker),
  'POST /v1/runs/:id/cancel': hides(inPath, ofRun),
  'POST /v1/runs/:id/resume': hides(inPath, ofRun),
  'POST /v1/runs/:id/rerun': hides(inPath, ofRun),
  'POST /v1/runs/bulk': async (key, route) => {
    const { requestId } = await start(server.v1, 'secret');
    const byFilter = { action: 'cancel', filter: { of: 'secret' }, dryRun: true };
    expect(JSON.parse((await send(key, route, { body: byFilter })).text)).toMatchObject({ matched: 0 });
    const byId = { action: 'cancel', ids: [requestId], dryRun: true };
    expect(JSON.parse((await send(key, route, { body: byId })).text)).toMatchObject({ eligible: 0 });
    await server.v1.delete(requestId);
  },
  'POST /v1/batches': refuses({ pipeline: 'secret', chain: ['keyword-db'] }),
  'GET /v1/batches': leavesOut(({ batch }) => [batch]),
  'GET /v1/batches/:id': hides(inPath, ofBatch),
  'GET /v1/batches/:id/events': async (key, route) => {
    const opens = async (by: string, id: string) => {
      const headers = { authorization: `Bearer ${by}` };
      const response = await fetch(server.url + route.slice('GET '.length).replace(':id', id), { headers });
      await response.body?.cancel();
      return response.status;
    };
    expect([await opens(key, open.batch), await opens(key, secret.batch)]).toEqual([200, 404]);
    expect(await opens(server.apiKey, secret.batch)).toBe(200);
  },
  'GET /v1/batches/:id/outputs': hides(inPath, ofBatch),
  'POST /v1/batches/:id/files': hides(inPath, ofBatch),
  'POST /v1/batches/:id/close': hides(inPath, ofBatch),
  'POST /v1/batches/:id/cancel': hides(inPath, ofBatch),
  'GET /v1/bulk/:id': hidesJob,
  'DELETE /v1/bulk/:id': hidesJob,
  'DELETE /v1/runs/:id': hides(inPath, ({ child }) => child.id),
};

interface Stats {
  readonly runs: Record<string, number>;
  readonly byOf: { of: string; runs: Record<string, number> }[];
  readonly workers: { online: number };
}

const byKey = Object.entries(routeAccess).filter(([, access]) => !['public', 'signed', 'admin'].includes(access));

it('the table of limits has a proof for every route that a limited key may use', () => {
  expect(Object.keys(limits).sort()).toEqual(byKey.map(([route]) => route).sort());
});

// deletions come last
const inOrder = Object.entries(limits).sort(([a], [b]) => Number(/delete/i.test(a)) - Number(/delete/i.test(b)));
describe('a limited key', () => {
  it.each(inOrder.flatMap(([route, proof]) => (proof === nothing ? [] : [[route, proof] as const])))(
    'is limited to its names in %s',
    async (route, proof) => {
      const role = routeAccess[route] as Exclude<Role, 'admin'>;
      await proof(role === 'reader' ? limited.reader : limited.operator, route);
    },
  );
});

describe('a limited key with the role runner', () => {
  const ownClient = () => new V1Client(server.url, limited.runner);
  const event = (of: string, parent: string | null = null) => newRun(of, parent).reports[0]!;

  it('reports child runs of any name below its runs, in the same request or later', async () => {
    const root = event('open-flow');
    const first = event('step', root.run);
    const second = event('step of a step', first.run);
    // child runs before their parents
    const { status } = await ownClient().post('/v1/events', { reports: [second, first, root] });
    expect(status).toBe(200);
    const later = event('later', second.run);
    expect((await ownClient().post('/v1/events', { reports: [later] })).status).toBe(200);
    for (const { run } of [root, first, second, later]) expect((await ownClient().run(run)).status).toBe(200);
    expect((await server.v1.run(later.run)).body.parent).toBe(second.run);
  });

  it('starts no child run of a run that it cannot see', async () => {
    const stray = event('elsewhere', secret.flow.id);
    const loop = event('loop');
    const reports = [stray, { ...loop, parent: loop.run }, event('open')];
    const refused = await ownClient().post<{ error: { details: unknown } }>('/v1/events', { reports });
    expect(refused.status).toBe(403);
    expect(refused.body.error.details).toEqual({ runs: [stray.run, loop.run] });
    const below = event('open', secret.flow.id);
    expect((await ownClient().post('/v1/events', { reports: [below] })).status).toBe(200);
    expect((await ownClient().run(below.run)).body.parent).toBeNull();
  });

  it('registers only workers with pipelines', async () => {
    const register = (pipelines: object[]) => ownClient().post('/v1/workers', { name: 'w', version: '1', pipelines });
    expect((await register([])).status).toBe(403);
    expect((await register(newWorker('open').pipelines)).status).toBe(200);
  });
});

it('a limited key sees only its own pipelines and runs of a worker', async () => {
  const pipelines = [...newWorker('open').pipelines, ...newWorker('secret').pipelines];
  const both = await server.v1.post<WorkerRecord>('/v1/workers', { name: 'both', version: '1', pipelines });
  for (const of of ['open', 'secret']) await new ReportedRunDriver(server.v1).begin({ of, worker: both.body.id });
  const readWorker = async (key: string) => {
    const { items } = (await new V1Client(server.url, key).get<{ items: WorkerRecord[] }>('/v1/workers')).body;
    const worker = items.find(({ id }) => id === both.body.id);
    return { names: worker?.pipelines.map(({ name }) => name), open: worker?.runs.open };
  };
  expect(await readWorker(server.apiKey)).toEqual({ names: ['open', 'secret'], open: 2 });
  expect(await readWorker(limited.reader)).toEqual({ names: ['open'], open: 1 });
});
