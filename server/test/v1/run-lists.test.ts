import { randomUUID } from 'node:crypto';
import type { RunList, RunPoints } from 'millrace/shared/runs/run-lists.js';
import type { RunState } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

interface Reported {
  readonly of?: string;
  readonly kind?: 'pipeline' | 'flow' | 'task';
  readonly name?: string;
  readonly input?: object;
  readonly parent?: string;
  /** Seconds after midnight. */
  readonly created: number;
  readonly started?: number;
  readonly ended?: number;
  readonly state?: RunState;
  readonly error?: { code: string; message: string; task?: string };
}

let server: TestServer;
/** The ids of the runs by their names in this test. */
const runs = new Map<string, string>();
beforeAll(async () => {
  server = await startTestServer();
  await report('slow', { created: 10, started: 12, ended: 92, input: { raw: 'A Lease, by "hand"' } });
  await report('quick', { created: 20, started: 30, ended: 31, of: 'facts', kind: 'flow' });
  const error = { code: 'no_row', message: "Expected row 12 of 'a.csv' to have 3 columns, got 2", task: 'clean-0' };
  await report('bad', { created: 30, started: 31, ended: 35, state: 'failed', error });
  await report('child', { created: 32, started: 32, ended: 34, parent: runs.get('quick')!, name: '100% wool_' });
  await report('running', { created: 40, started: 41, state: 'running' });
  await report('waiting', { created: 50 });
  const file = await server.client.complete('notes', ['parser'], 'Seven stones.', { file_name: 'Müller.txt' });
  runs.set('file', file.processId);
});
afterAll(() => server.close());

/** Reports a run as a program does. */
async function report(key: string, reported: Reported): Promise<void> {
  const { of = 'clean', kind = 'pipeline', name = 'quiet-owl', input = { n: 1 }, parent = null } = reported;
  const run = randomUUID();
  runs.set(key, run);
  const at = (seconds: number) => new Date(Date.UTC(2031, 0, 2) + seconds * 1000).toISOString();
  const { created: from, started, ended, state = 'completed', error } = reported;
  const events = [
    { ...created({ of, kind, name, input: input as never, parent }), at: at(from) },
    ...(started === undefined ? [] : [{ type: 'run-state', state: 'running', at: at(started) }]),
    ...(ended === undefined ? [] : [{ type: 'run-state', state, at: at(ended), ...(error && { error }) }]),
  ];
  const reports = events.map((event, index) => ({ ...event, run, sequence: index + 1 }));
  const { text } = await server.v1.post('/v1/events', { reporter: randomUUID(), reports });
  expect(text).toContain('"refused":[]');
}

async function listNames(query: string): Promise<(string | undefined)[]> {
  const { body, text } = await server.v1.get<RunList>(`/v1/runs?${query}`);
  if (!('items' in body)) throw new Error(text);
  const byId = new Map([...runs].map(([name, id]) => [id, name]));
  return body.items.map(({ requestId }) => byId.get(requestId));
}

const newestFirst = ['file', 'waiting', 'running', 'child', 'bad', 'quick', 'slow'];

describe('the list of runs', () => {
  it.each([
    ['until=2031-01-02T00:00:30Z', ['quick', 'slow']],
    ['since=2031-01-02T00:00:30Z&until=2031-01-02T00:00:40Z', ['child', 'bad']],
    ['root=true', newestFirst.filter((name) => name !== 'child')],
    ['root=false', newestFirst],
    ['root=true&of=clean&state=completed', ['slow']],
  ])('is filtered by ?%s', async (query, expected) => {
    expect(await listNames(query)).toEqual(expected);
  });

  it('is filtered by the parent of a run', async () => {
    expect(await listNames(`parent=${runs.get('quick')}`)).toEqual(['child']);
    expect(await listNames(`parent=${runs.get('slow')}`)).toEqual([]);
  });

  it.each([
    ['a word of the input, in any case', 'lease', ['slow']],
    ['the input as JSON', '"n": 1', ['waiting', 'running', 'child', 'bad', 'quick']],
    ['the start of a file name', 'müll', ['file']],
    ['the name of the pipeline or flow', 'facts', ['quick']],
    ['the name of the run', 'quiet-owl', ['waiting', 'running', 'bad', 'quick', 'slow']],
    ['the message of an error', 'have 3 columns', ['bad']],
    ['the code of an error', 'no_row', ['bad']],
    ['the step that failed', 'clean-0', ['bad']],
    ['words of the name and the error, in any order', 'columns quiet', ['bad']],
    ['characters that are wildcards in SQL', '100% wool_', ['child']],
    ['nothing but wildcards', '%_%', []],
    ['more words than are searched for separately', 'quiet owl clean n 1 no_row row of have 3 columns,', ['bad']],
    ['a word that no run has', 'lease nowhere', []],
  ])('is searched for %s', async (_, q, expected) => {
    expect(await listNames(`q=${encodeURIComponent(q)}`)).toEqual(expected);
    expect(await listNames(`q=${encodeURIComponent(q)}&sort=created`)).toEqual([...expected].reverse());
  });

  it('is searched and filtered at the same time', async () => {
    expect(await listNames('q=quiet-owl&state=failed,running')).toEqual(['running', 'bad']);
  });

  it('finds a renamed file only by its new name, and shows its tags', async () => {
    const file = await server.client.complete('notes', ['parser'], 'Seven stones.', {
      file_name: 'before.txt',
      file_tags: [{ author: 'pell' }],
    });
    await server.client.update('notes', file.fileId, { file_name: 'after.txt' });
    const search = async (q: string) => (await server.v1.get<RunList>(`/v1/runs?q=${q}`)).body.items;
    expect(await search('before.txt')).toEqual([]);
    expect(await search('after.txt')).toMatchObject([
      { requestId: file.processId, subject: 'after.txt', fileTags: [{ author: 'pell' }] },
    ]);
    await server.v1.delete(file.processId);
  });

  const unsorted = { started: ['waiting'], finished: ['waiting', 'running'], duration: ['waiting', 'running'] };
  it.each([
    ['started', ['slow', 'quick', 'bad', 'child', 'running', 'file']],
    ['finished', ['quick', 'child', 'bad', 'slow', 'file']],
    // without the file, because the duration of its run is not known in advance
    ['duration', ['quick', 'child', 'bad', 'slow']],
  ] as const)('is sorted by %s, with the runs without a value last, also in pages', async (by, ascending) => {
    const of = by === 'duration' ? '&state=completed,failed,running,pending&kind=pipeline' : '';
    const expected = ascending.filter((name) => of === '' || name !== 'quick');
    for (const [sort, sorted] of [
      [by, [...expected, ...[...unsorted[by]].reverse()]],
      [`-${by}`, [...[...expected].reverse(), ...unsorted[by]]],
    ] as const) {
      expect(await listNames(`sort=${sort}${of}`)).toEqual(sorted);
      for (const limit of [1, 2, 5]) expect(await listNamesInPages(`sort=${sort}${of}&limit=${limit}`)).toEqual(sorted);
    }
  });

  async function listNamesInPages(query: string): Promise<unknown[]> {
    const all = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: string = `${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      all.push(...(await listNames(page)));
      cursor = (await server.v1.get<RunList>(`/v1/runs?${page}`)).body.nextCursor;
    }
    return all;
  }

  it('counts the runs on all pages with count=true', async () => {
    const { body } = await server.v1.get<RunList>('/v1/runs?count=true&limit=2');
    expect(body).toMatchObject({ total: newestFirst.length, totalIsExact: true });
    expect((await server.v1.get<RunList>('/v1/runs?count=true&q=quiet-owl&state=failed')).body.total).toBe(1);
    expect((await server.v1.get<RunList>('/v1/runs')).body).not.toHaveProperty('total');
  });

  it('shows the subject of each run', async () => {
    const { body } = await server.v1.get<RunList>('/v1/runs');
    const subjects = new Map(body.items.map(({ requestId, subject }) => [requestId, subject]));
    expect(subjects.get(runs.get('file')!)).toBe('Müller.txt');
    expect(subjects.get(runs.get('bad')!)).toBe('{"n": 1}');
  });

  const cursor = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const position = { createdAt: '2031-02-14 10:00:00+00', id: randomUUID(), isDescending: true };
  it.each([
    ['sort', 'sort=name'],
    ['created or -created', 'sort=duration&q=mill'],
    ['parent', 'parent=x'],
    ['root', 'root=perhaps'],
    ['until', 'until=later'],
    ['q', `q=${'x'.repeat(501)}`],
    [
      '`sort` to be -created, which is the order of this `cursor`, got duration',
      `sort=duration&cursor=${cursor(position)}`,
    ],
    [
      '`sort` to be -created, which is the order of this `cursor`, got created',
      `sort=created&cursor=${cursor(position)}`,
    ],
    ['cursor', `sort=duration&cursor=${cursor({ ...position, by: 'duration', value: 'soon' })}`],
    ['cursor', `sort=started&cursor=${cursor({ ...position, by: 'started', value: '00:00:01' })}`],
    ['cursor', `sort=started&cursor=${cursor({ ...position, by: 'started' })}`],
  ])('is rejected with a message about %s', async (message, query) => {
    const { status, body } = await server.v1.get<V1ErrorBody>(`/v1/runs?${query}`);
    expect([status, body.error.code]).toEqual([400, 'validation']);
    expect(body.error.message).toContain(message);
  });
});

describe('the points of a chart', () => {
  const points = async (query: string) => (await server.v1.get<RunPoints>(`/v1/runs/points?${query}`)).body;

  it('are the started runs with their durations, newest first', async () => {
    const { items, more } = await points('kind=pipeline&state=completed,failed,pending');
    expect(items.map(({ requestId, durationMs }) => [requestId, durationMs])).toEqual([
      [runs.get('child'), 2000],
      [runs.get('bad'), 4000],
      [runs.get('slow'), 80_000],
    ]);
    expect(items[1]).toMatchObject({ of: 'clean', state: 'failed', startedAt: '2031-01-02T00:00:31.000Z' });
    expect(more).toBe(false);
  });

  it('are limited to the newest runs', async () => {
    const { items, more } = await points('kind=pipeline&limit=2');
    expect([items.map(({ requestId }) => requestId), more]).toEqual([[runs.get('running'), runs.get('child')], true]);
  });
});
