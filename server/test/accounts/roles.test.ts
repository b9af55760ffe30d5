import { randomUUID } from 'node:crypto';
import { includesRole, roles, type Role } from 'millrace/shared/rules/roles.js';
import type { ApiKeyInfo, CreatedApiKey } from 'millrace/shared/types/api-key.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.js';
import type { HttpContext } from '../../src/http/http-context.js';
import { routeAccess } from '../../src/http/route-access.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { wpipeReporter } from '../../src/store/tables/reported-runs.js';
import { ReportedRunDriver, type EventsResponse } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';
import { runIdOf, threeTasks, WpipeClient } from '../support/clients/wpipe-client.js';

/** More keys than these tests create. */
const maxKeys = 30;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ keyOfEachRole: true, secondAccount: true, parked: ['summarize'], maxKeys });
});
afterAll(() => server.close());

const byRole = Object.entries(routeAccess).filter((entry): entry is [string, Role] =>
  (roles as readonly string[]).includes(entry[1]),
);
const belowRole = byRole.filter(([, role]) => role !== 'reader').map(([route, role]) => [route, role] as const);

const v1As = (role: Role) => new V1Client(server.url, server.roleKeys[role]);
const hostedAs = (role: Role) => new HostedClient(server.url, server.roleKeys[role]);

async function call(route: string, role: Role): Promise<{ status: number; text: string }> {
  const [method, path] = route.split(' ') as [string, string];
  const response = await fetch(server.url + path.replace(/:(id|key)/, randomUUID()), {
    method,
    headers: { authorization: `Bearer ${server.roleKeys[role]}`, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: '{}' }),
  });
  if (response.headers.get('content-type') !== 'text/event-stream')
    return { status: response.status, text: await response.text() };
  // an event stream does not end
  await response.body?.cancel();
  return { status: response.status, text: '' };
}

describe('the table of routes', () => {
  it('has exactly the routes of the server', () => {
    const context = { settings: {}, engine: {} } as HttpContext;
    const routes = createApp(context).routes.filter(({ method }) => method !== 'ALL');
    expect(Object.keys(routeAccess).sort()).toEqual(
      [...new Set(routes.map(({ method, path }) => `${method} ${path}`))].sort(),
    );
  });

  it.each(belowRole)('closes %s to roles below %s', async (route, needed) => {
    const below = roles[roles.indexOf(needed) - 1]!;
    const { status, text } = await call(route, below);
    const message = `This request requires at least the role '${needed}', but the key 'a-${below}' has the role '${below}'. Ask an admin for another key.`;
    const body = JSON.parse(text) as unknown;
    if (route.includes(' /v1')) {
      expect(body).toEqual({ error: { code: 'forbidden', message, exchangeId: expect.any(String) as string } });
    } else if (/core|-search/.test(route)) {
      expect(body).toMatchObject({ code: 'forbidden', message, items: [], process_output: null });
    } else expect(body).toEqual({ detail: message });
    // the only statuses of process that clients of the hosted protocol read are 200 and 400
    expect(status).toBe(route.endsWith('/krixik-core-process') ? 400 : 403);
  });

  it.each(byRole)('opens %s to %s and above', async (route, needed) => {
    for (const role of roles.filter((each) => includesRole(each, needed))) {
      const { status, text } = await call(route, role);
      // a runner may cancel only its own runs, but no run has this id
      expect(text).not.toContain('forbidden');
      expect(status).not.toBe(403);
      expect(status).toBeLessThan(500);
    }
  });
});

describe('cancelling a run', () => {
  it('by a runner is limited to the runs that its key started', async () => {
    const [runner, admin] = [hostedAs('runner'), server.client];
    const ownRun = await runner.add('mine', ['summarize'], 'Rain fell on the mill.');
    const otherRun = await admin.add('theirs', ['summarize'], 'Rain fell on the mill.');
    const refused = await v1As('runner').call<V1ErrorBody>('POST', `/v1/runs/${otherRun.processId}/cancel`);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining(`Another key started run ${otherRun.processId}.`) as string,
    });
    expect((await server.v1.run(otherRun.processId)).body.finishedAt).toBeNull();
    expect((await v1As('runner').cancel(ownRun.processId)).body.state).toBe('cancelled');
    expect((await v1As('operator').cancel(otherRun.processId)).body.state).toBe('cancelled');
  });

  it('by a runner is limited to its own reported runs, too', async () => {
    const ownRun = new ReportedRunDriver(v1As('runner'));
    await ownRun.begin();
    const otherRun = new ReportedRunDriver(server.v1);
    await otherRun.begin();
    expect((await v1As('runner').cancel(ownRun.id)).status).toBe(200);
    expect((await v1As('runner').cancel(otherRun.id)).status).toBe(403);
  });
});

describe('a reported run', () => {
  let other: V1Client;
  beforeAll(async () => {
    const { body } = await server.v1.post<CreatedApiKey>('/v1/keys', { name: 'other-runner', role: 'runner' });
    other = new V1Client(server.url, body.key);
  });

  it('can be resumed by the key that started it or by an operator', async () => {
    const run = new ReportedRunDriver(v1As('runner'));
    await run.begin();
    await run.send({ type: 'run-state', state: 'failed', error: { code: 'x', message: 'x' } });
    const resume = (v1: V1Client) =>
      v1.post<V1ErrorBody>(`/v1/runs/${run.id}/resume`, { reporter: randomUUID(), worker: null });
    const refused = await resume(other);
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain(`Another key started run ${run.id}.`);
    expect((await server.v1.run(run.id)).body.state).toBe('failed');
    expect((await resume(v1As('runner'))).status).toBe(200);
    await run.send({ type: 'run-resumed' }, { type: 'run-state', state: 'failed', error: { code: 'x', message: 'x' } });
    expect((await resume(v1As('operator'))).status).toBe(200);
  });

  it('cannot be taken over by events of another key', async () => {
    const run = new ReportedRunDriver(v1As('runner'));
    await run.begin();
    const reports = [run.next({ type: 'run-resumed' }), run.next({ type: 'run-state', state: 'failed' })];
    const stranger = await other.post<EventsResponse>('/v1/events', {
      reporter: randomUUID(),
      reports,
      alive: [run.id],
    });
    expect(stranger.body.runs[run.id]).toEqual({ sequence: 0, state: null, cancel: false });
    expect((await server.v1.run(run.id)).body.state).toBe('running');
    const operator = await server.v1.post<EventsResponse>('/v1/events', { reporter: randomUUID(), reports });
    expect(operator.body.runs[run.id]!.state).toBe('failed');
  });

  it('accepts events of its program even if the key was replaced', async () => {
    const run = new ReportedRunDriver(v1As('runner'));
    await run.begin();
    const reports = [run.next({ type: 'run-state', state: 'completed' })];
    const { body } = await other.post<EventsResponse>('/v1/events', { reporter: run.reporter, reports });
    expect(body.runs[run.id]!.state).toBe('completed');
  });

  it('of wpipe cannot be ended by another key, although all wpipe programs share one reporter', async () => {
    const ownClient = new WpipeClient(server.url, server.roleKeys.runner);
    const { father } = await ownClient.newProcess(await ownClient.register('nightly', threeTasks));
    const otherClient = new WpipeClient(server.url, other.apiKey);
    expect(await otherClient.end(father)).toEqual({ status: false });
    const at = '2031-02-14T09:26:53.250Z';
    const reports = [{ run: runIdOf(father), sequence: 100, at, type: 'run-state', state: 'failed' }];
    const { body } = await other.post<EventsResponse>('/v1/events', { reporter: wpipeReporter, reports });
    expect(body.runs[runIdOf(father)]!.state).toBeNull();
    expect(await ownClient.end(father)).toEqual({ status: true });
    expect((await server.v1.run(runIdOf(father))).body.state).toBe('completed');
  });
});

describe('/v1/keys', () => {
  const createKey = (body: object, v1 = server.v1) => v1.post<CreatedApiKey & V1ErrorBody>('/v1/keys', body);
  const accepts = async (key: string) => (await new V1Client(server.url, key).get('/v1')).status === 200;
  const listNames = async (v1 = server.v1) =>
    (await v1.get<{ items: ApiKeyInfo[] }>('/v1/keys')).body.items.map(({ name }) => name);

  it.each(['name', 'id'] as const)(
    'creates a key, lists it without its secret, and revokes it by its %s immediately',
    async (by) => {
      const { status, body } = await createKey({ name: `ci-${by}`, role: 'runner' });
      expect(status).toBe(201);
      const { key, ...info } = body;
      expect(info).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        name: `ci-${by}`,
        role: 'runner',
        pipelines: null,
        createdAt: server.clock.now().toISOString(),
        expiresAt: null,
      });
      const listed = await server.v1.get<{ items: ApiKeyInfo[] }>('/v1/keys');
      expect(listed.body.items).toContainEqual(info);
      expect(listed.text).not.toContain(key);
      expect(await accepts(key)).toBe(true);
      expect((await server.v1.call('DELETE', `/v1/keys/${body[by]}`)).status).toBe(204);
      expect(await accepts(key)).toBe(false);
      expect((await server.v1.call('DELETE', `/v1/keys/${body[by]}`)).status).toBe(404);
    },
  );

  it('rejects a key from its expiry on', async () => {
    const { body } = await createKey({ name: 'short', role: 'reader', expireTime: 60 });
    expect(body.expiresAt).toBe(new Date(server.clock.now().getTime() + 60_000).toISOString());
    server.clock.advance(59);
    expect(await accepts(body.key)).toBe(true);
    server.clock.advance(1);
    expect(await accepts(body.key)).toBe(false);
  });

  it('accepts each name once per account', async () => {
    expect((await createKey({ name: 'twice', role: 'reader' })).status).toBe(201);
    const { status, body } = await createKey({ name: 'twice', role: 'admin' });
    expect(status).toBe(409);
    expect(body.error.message).toBe('There is already a key twice: revoke it, or choose another name');
  });

  it('limits the keys of an account, even if they are created concurrently', async () => {
    const room = maxKeys - (await listNames()).length;
    const all = await Promise.all(
      Array.from({ length: room + 3 }, (_, n) => createKey({ name: `many-${n}`, role: 'reader' })),
    );
    const refused = all.filter(({ status }) => status === 409).map(({ body }) => body.error.message);
    const message = `This account already has ${maxKeys} keys, including expired keys; revoke one first`;
    expect(refused).toEqual([message, message, message]);
    expect(await listNames()).toHaveLength(maxKeys);
    for (const name of await listNames())
      if (name.startsWith('many-')) await server.v1.call('DELETE', `/v1/keys/${name}`);
  });

  it.each([
    { name: 'a b', role: 'reader' },
    { name: '', role: 'reader' },
    { name: randomUUID(), role: 'reader' },
    { name: 'x', role: 'root' },
    { name: 'x', role: 'reader', expireTime: 0 },
    { name: 'x', role: 'reader', expireTime: 1e300 },
    { name: 'x' },
    { name: 'x', role: 'reader', pipelines: [] },
    { name: 'x', role: 'reader', pipelines: [''] },
    { name: 'x', role: 'reader', pipelines: ['a\u0007'] },
    { name: 'x', role: 'reader', pipelines: Array.from({ length: 101 }, (_, i) => `p${i}`) },
    { name: 'x', role: 'admin', pipelines: ['a'] },
  ])('rejects %j', async (body) => {
    expect((await createKey(body)).status).toBe(400);
    expect(await listNames()).not.toContain('x');
  });

  it('neither lists nor revokes keys of other accounts', async () => {
    const stranger = new V1Client(server.url, server.otherKey);
    expect(await listNames(stranger)).toEqual(['other']);
    expect((await stranger.call('DELETE', '/v1/keys/a-reader')).status).toBe(404);
    expect(await listNames()).toContain('a-reader');
    expect((await createKey({ name: 'a-reader', role: 'reader' }, stranger)).status).toBe(201);
  });
});
