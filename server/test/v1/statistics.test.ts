import type { FailureGroups, PipelineSummaries, RunStats } from 'millrace/shared/runs/run-stats.js';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { created, ReportedRunDriver } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Reports a run that ends now, after `seconds`. */
async function report(of: string, seconds: number, message?: string, task = 'read-0'): Promise<string> {
  const run = new ReportedRunDriver(server.v1);
  const at = (ago: number) => new Date(server.clock.now().getTime() - ago * 1000).toISOString();
  const error = { code: 'too_slow', message: message ?? '', task };
  await run.sendNumbered([
    { ...run.next(created({ of, kind: 'flow', version: 'v2' })), at: at(seconds) },
    { ...run.next({ type: 'run-state', state: 'running' }), at: at(seconds) },
    {
      ...run.next({
        type: 'run-state',
        ...(message === undefined ? { state: 'completed' } : { state: 'failed', error }),
      }),
      at: at(0),
    },
  ]);
  return run.id;
}

const failures = async (query = '') => (await server.v1.get<FailureGroups>(`/v1/failures${query}`)).body;
const pipelines = async (query = '') => (await server.v1.get<PipelineSummaries>(`/v1/pipelines${query}`)).body.items;

it('/v1/failures groups failures by reason, and /v1/runs lists the runs of a group', async () => {
  const ids = [];
  for (const n of [3, 17]) {
    ids.push(await report('facts', 1, `Expected page ${n} of '/data/${n}.csv', got status 50${n}`, `read-${n}`));
    server.clock.advance(60);
  }
  await report('facts', 1, 'The mill burned down');
  await report('other', 1, "Expected page 3 of 'a.csv', got status 503");
  await server.client.complete('notes', ['json-to-txt'], 'no JSON', { file_name: 'bad.json' }).catch(() => undefined);

  const { range, items } = await failures();
  expect(range).toBe('24h');
  const [first] = items;
  expect(first).toMatchObject({ of: 'facts', kind: 'flow', code: 'too_slow', count: 2, example: ids[1] });
  expect([first?.step, first?.message]).toEqual(['read-17', "Expected page 17 of '/data/17.csv', got status 5017"]);
  expect(Date.parse(first?.last ?? '') - Date.parse(first?.first ?? '')).toBe(60_000);
  expect(items.filter(({ of }) => of === 'facts').map(({ count }) => count)).toEqual([2, 1]);
  expect(items.find(({ of }) => of === 'notes')).toMatchObject({ kind: 'hosted', count: 1 });
  expect((await failures('?of=other')).items).toHaveLength(1);
  expect((await failures('?of=nothing')).items).toEqual([]);

  const { body } = await server.v1.get<RunList>(`/v1/runs?fingerprint=${first?.fingerprint}`);
  expect(body.items.map(({ requestId }) => requestId)).toEqual(ids.reverse());

  // the group has as many runs as the list of runs since the same time
  await report('slow', 7200, 'The mill froze');
  expect((await failures('?range=1h&of=slow')).items).toEqual([]);
  expect((await failures('?range=6h&of=slow')).items).toHaveLength(1);

  server.clock.advance(3601);
  expect((await failures('?range=1h')).items).toEqual([]);
  expect((await failures('?range=6h')).items).not.toEqual([]);
  expect((await server.v1.get('/v1/failures?range=2d')).status).toBe(400);
});

it('/v1/pipelines lists pipelines with their newest run, and served pipelines that never ran', async () => {
  await report('digest', 30);
  await report('digest', 20);
  const newest = await report('digest', 10, 'The ink is dry');
  await server.client.complete('letters', ['parser'], 'Seven stones.', { file_name: 'a.txt' });
  const { body: worker } = await server.v1.post<{ id: string }>('/v1/workers', {
    name: 'etl',
    version: '1',
    pipelines: ['digest', 'idle'].map((name) => ({ name, steps: [] })),
  });

  const items = await pipelines('?range=1h');
  expect(items.find(({ of }) => of === 'digest')).toMatchObject({
    kind: 'flow',
    modules: null,
    versions: ['v2'],
    servedBy: [{ id: worker.id, name: 'etl', version: '1' }],
    lastRun: { requestId: newest, state: 'failed', durationMs: 10_000 },
    runs: { completed: 2, failed: 1 },
    successRate: 2 / 3,
    durations: { p50: 25_000, p95: 29_500 },
  });
  expect(items.find(({ of }) => of === 'letters')).toMatchObject({
    kind: 'hosted',
    modules: ['parser'],
    servedBy: [],
    successRate: 1,
  });
  expect(items.at(-1)).toMatchObject({ of: 'idle', kind: null, lastRun: null, successRate: null });
  server.clock.advance(120);
  expect((await pipelines('?range=1h')).some(({ of }) => of === 'idle')).toBe(false);
  expect((await pipelines('?range=1h')).find(({ of }) => of === 'digest')?.servedBy).toEqual([]);
  expect((await server.v1.get('/v1/pipelines?range=1y')).status).toBe(400);
});

it('measures a name that is beyond the limit of 100 if workers serve it, or if it is within the limit in the next range', async () => {
  const runs = Array.from({ length: 200 }, (_, i) => ({ of: `often-${i % 100}` }));
  for (const part of [runs.slice(0, 100), runs.slice(100)]) {
    expect((await server.v1.post('/v1/runs', { runs: part })).status).toBe(200);
  }
  const requestId = await report('rarely', 10);
  expect((await pipelines('?range=1h')).some(({ of }) => of === 'rarely')).toBe(false);
  await server.v1.post('/v1/workers', { name: 'etl', version: '1', pipelines: [{ name: 'rarely', steps: [] }] });
  const served = (await pipelines('?range=1h')).filter(({ of }) => of === 'rarely');
  expect(served).toMatchObject([{ kind: 'flow', lastRun: { requestId }, runs: { completed: 1 } }]);
  expect(served[0]?.servedBy).toHaveLength(1);

  server.clock.advance(3700);
  await report('rarely', 5);
  const { body } = await server.v1.get<RunStats>('/v1/stats?range=1h');
  expect(body.byOf).toMatchObject([{ of: 'rarely', durations: { p50: 5000 }, before: { p50: 10_000 } }]);
});
