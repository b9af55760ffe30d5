import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { threeTasks, WpipeClient, type NewProcess } from '../support/clients/wpipe-client.js';

let server: TestServer;
let client: WpipeClient;
let unauthorized: WpipeClient;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true });
  client = new WpipeClient(server.url, server.apiKey);
  unauthorized = new WpipeClient(server.url, 'mysecrettoken');
});
afterAll(() => server.close());

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const countUnmatched = async (): Promise<number> =>
  (await server.v1.get<{ unmatchedReports: number }>('/v1/stats')).body.unmatchedReports;

const posts = ['/matricula', '/healthchecker', '/newprocess', '/actualizar_task', '/endprocess'];
const gets = ['/dashboard_workers', '/dashboard_process/worker_1', '/dashboard_tasks/process_1'];

describe.each(['', '/wpipe', '/api'])('the wpipe protocol under the prefix %j', (prefix) => {
  it('responds on all nine paths as wpipe-api does', async () => {
    const prefixed = new WpipeClient(server.url + prefix, server.apiKey);
    expect((await prefixed.call('GET', '/version')).body).toEqual({ version: 'v1.1' });
    const registered = await prefixed.call<{ id: string }>('POST', '/matricula', {
      name: `nine${prefix}`,
      version: 'v1.0',
      tasks: threeTasks,
    });
    expect(registered).toMatchObject({
      status: 200,
      body: { id: expect.stringMatching(`^worker_${uuid}$`) as string },
    });
    const worker = registered.body.id;
    expect(await prefixed.call('POST', '/healthchecker', { id: worker, update: true })).toMatchObject({
      status: 200,
      text: '{"health":1}',
    });
    const started = await prefixed.call<NewProcess>('POST', '/newprocess', { id: worker });
    expect(started).toMatchObject({ status: 200 });
    expect(started.body).toEqual({
      father: expect.stringMatching(`^process_${uuid}$`) as string,
      sons: threeTasks.map(({ name }) => ({ name, id: expect.stringMatching(`^task_${uuid}$`) as string })),
    });
    const { father, sons } = started.body;
    expect(new Set(sons.map(({ id }) => id)).size).toBe(3);
    const update = await prefixed.call('POST', '/actualizar_task', { task_id: sons[0]!.id, status: 'start', extra: 1 });
    expect(update).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await prefixed.get(`/dashboard_tasks/${father}`)).toHaveLength(3);
    expect(await prefixed.get(`/dashboard_process/${worker}`)).toHaveLength(1);
    expect(await prefixed.get('/dashboard_workers')).toContainEqual(expect.objectContaining({ id: worker, active: 1 }));
    const end = await prefixed.call('POST', '/endprocess', { id: father, details: '' });
    expect(end).toMatchObject({ status: 200, body: { status: true } });
  });

  it('rejects a missing or wrong token before it reads the body', async () => {
    const wrong = new WpipeClient(server.url + prefix, 'mysecrettoken');
    for (const path of posts) {
      expect(await wrong.call('POST', path, 'not JSON')).toMatchObject({
        status: 401,
        body: { detail: 'Unauthorized' },
      });
    }
    for (const path of gets) {
      expect(await wrong.call('GET', path)).toMatchObject({ status: 401, body: { detail: 'Unauthorized' } });
    }
    expect((await fetch(`${server.url}${prefix}/matricula`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await wrong.call('GET', '/version')).status).toBe(200);
  });

  it('rejects other methods, and allows requests from any origin', async () => {
    const allowed = [
      ...posts.map((path) => ['GET', path, 'POST'] as const),
      ...['/version', ...gets].map((path) => ['POST', path, 'GET'] as const),
    ];
    for (const [method, path, allow] of allowed) {
      const response = await client.call(method, prefix + path);
      expect(response).toMatchObject({ status: 405, body: { detail: 'Method Not Allowed' } });
      expect(response.headers.get('allow')).toBe(allow);
    }
    const preflight = await fetch(`${server.url}${prefix}/matricula`, {
      method: 'OPTIONS',
      headers: { origin: 'http://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  });
});

describe('an unknown path', () => {
  it('returns an error as wpipe-api does under a prefix, and as /v1 does at the root', async () => {
    expect(await client.call('GET', '/wpipe/nothing')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    expect(await client.call('GET', '/nothing')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
  });
});

describe('a body', () => {
  const worker = { name: 'w', version: 'v1', tasks: [{ name: 't', version: 'v1' }] };
  it.each([
    ['without a field', '/matricula', { name: 'w', tasks: [] }, 'missing', ['body', 'version'], 'Field required'],
    ['with null', '/newprocess', { id: null }, 'string_type', ['body', 'id'], 'Input should be a valid string'],
    ['with null', '/endprocess', { id: null, details: '' }, 'string_type', ['body', 'id'], undefined],
    ['with a number', '/healthchecker', { id: 5 }, 'string_type', ['body', 'id'], undefined],
    [
      'with an object',
      '/actualizar_task',
      { task_id: {}, status: 'start' },
      'string_type',
      ['body', 'task_id'],
      undefined,
    ],
    [
      'with null',
      '/actualizar_task',
      { task_id: '', status: 'error', details: null },
      'string_type',
      ['body', 'details'],
      undefined,
    ],
    [
      'with an unknown status',
      '/actualizar_task',
      { task_id: '', status: 'completed' },
      'literal_error',
      ['body', 'status'],
      "Input should be 'start', 'success' or 'error'",
    ],
    [
      'with a string for a list',
      '/matricula',
      { ...worker, tasks: 'all' },
      'list_type',
      ['body', 'tasks'],
      'Input should be a valid list',
    ],
    [
      'with a string for an object',
      '/matricula',
      { ...worker, tasks: ['t'] },
      'model_attributes_type',
      ['body', 'tasks', 0],
      undefined,
    ],
    [
      'with an incomplete task',
      '/matricula',
      { ...worker, tasks: [{ name: 't' }] },
      'missing',
      ['body', 'tasks', 0, 'version'],
      undefined,
    ],
    ['that is a list', '/matricula', [], 'model_attributes_type', ['body'], undefined],
    ['that is not JSON', '/matricula', '{"name":', 'json_invalid', ['body', 0], 'JSON decode error'],
  ] as const)('%s is rejected at %s: %j', async (_, path, body, type, loc, msg) => {
    const response = await client.call<{ detail: { type: string; loc: unknown[]; msg: string }[] }>('POST', path, body);
    expect(response.status).toBe(422);
    expect(response.body.detail).toHaveLength(1);
    expect(response.body.detail[0]).toMatchObject({ type, loc, ...(msg && { msg }) });
    expect(response.body.detail[0]).toHaveProperty('input');
  });

  it('is rejected with each invalid field and its value', async () => {
    const body = { name: 7, tasks: [] };
    const { body: response } = await client.call('POST', '/matricula', body);
    expect(response).toEqual({
      detail: [
        { type: 'string_type', loc: ['body', 'name'], msg: 'Input should be a valid string', input: 7 },
        { type: 'missing', loc: ['body', 'version'], msg: 'Field required', input: body },
      ],
    });
  });

  it('is rejected with 413 if it is too large', async () => {
    const small = await startTestServer({ maxBodyBytes: 2000 });
    try {
      const { status, body } = await new WpipeClient(small.url, small.apiKey).call('POST', '/healthchecker', {
        id: 'x'.repeat(3000),
      });
      expect([status, body]).toEqual([413, { detail: expect.stringContaining('2000 bytes') as string }]);
    } finally {
      await small.close();
    }
  });
});

describe('an unknown id', () => {
  const ids = ['', 'worker_1', `worker_${randomUUID()}`, randomUUID(), 'worker_4db12d26-6d59-11ef-bba4-00e93a51a4ff'];

  it.each(ids)('%j of a worker is rejected with 404, so that its client registers again', async (id) => {
    for (const path of ['/newprocess', '/healthchecker']) {
      const response = await client.call('POST', path, { id });
      expect(response).toMatchObject({ status: 404, body: { detail: expect.stringContaining('register') as string } });
    }
    if (id !== '') expect((await client.call('GET', `/dashboard_process/${id}`)).status).toBe(404);
  });

  it.each(['', 'task_1', `task_${randomUUID()}`, `worker_${randomUUID()}`])(
    '%j of a task is accepted, and counted as unmatched',
    async (id) => {
      const before = await countUnmatched();
      for (const status of ['start', 'success', 'error'])
        expect(await client.update(id, status)).toEqual({ status: 'ok' });
      expect(await countUnmatched()).toBe(before + 3);
    },
  );

  it('of a process ends nothing, and is counted as unmatched', async () => {
    const before = await countUnmatched();
    expect(await client.end('')).toEqual({ status: false });
    expect(await client.end(`process_${randomUUID()}`)).toEqual({ status: false });
    expect(await client.get(`/dashboard_tasks/process_${randomUUID()}`)).toEqual([]);
    expect(await countUnmatched()).toBe(before + 2);
  });

  it('is any id of another account', async () => {
    const worker = await client.register('mine', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    const other = new WpipeClient(server.url, server.otherKey);
    expect((await other.call('POST', '/newprocess', { id: worker })).status).toBe(404);
    expect((await other.call('POST', '/healthchecker', { id: worker })).status).toBe(404);
    expect(await other.update(sons[0]!.id, 'start')).toEqual({ status: 'ok' });
    expect(await other.end(father)).toEqual({ status: false });
    expect(await other.get('/dashboard_workers')).toEqual([]);
    expect((await other.call('GET', `/dashboard_process/${worker}`)).status).toBe(404);
    expect(await other.get(`/dashboard_tasks/${father}`)).toEqual([]);
    expect(await client.get(`/dashboard_tasks/${father}`)).toMatchObject([{ state: 'pending' }, {}, {}]);
  });

  it('is the id of a task after the last one', async () => {
    const { sons } = await client.newProcess(await client.register('short', threeTasks.slice(0, 1)));
    const before = await countUnmatched();
    expect(await client.update(sons[0]!.id.replace(/0001$/, '0002'), 'start')).toEqual({ status: 'ok' });
    expect(await countUnmatched()).toBe(before + 1);
  });
});

describe('a client with the wrong token', () => {
  it('gets no result from any call', async () => {
    expect(await unauthorized.send('/matricula', { name: 'w', version: 'v', tasks: [] })).toBeNull();
    expect(await unauthorized.send('/newprocess', { id: null })).toBeNull();
    expect(await unauthorized.update('', 'start')).toBeNull();
  });
});
