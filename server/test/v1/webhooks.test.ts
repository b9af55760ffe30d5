import { randomUUID } from 'node:crypto';
import type { CreatedWebhook, Webhook, WebhookDelivery } from 'millrace/shared/types/webhook.js';
import { Webhook as Independent } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { created, ReportedRunDriver } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';
import { startReceiver, type Receiver } from '../support/webhook-receiver.js';
import { wholeSweep } from '../support/whole-sweep.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    secondAccount: true,
    maxWebhooks: 3,
    maxPendingDeliveries: 10,
    webhookRetrySeconds: [10, 100],
    webhookSeconds: 5,
    maxTextBytes: 1000,
  });
});
afterAll(() => server.close());

async function createWebhook(receiver: Pick<Receiver, 'url'>, options: object = {}): Promise<CreatedWebhook> {
  const response = await server.v1.post<CreatedWebhook>('/v1/webhooks', { url: receiver.url, ...options });
  expect(response.status, response.text).toBe(201);
  onTestFinished(async () => {
    await deleteWebhook(response.body.id);
  });
  return response.body;
}

const deleteWebhook = (id: string) => server.v1.call('DELETE', `/v1/webhooks/${id}`);
const readWebhook = async (id: string): Promise<Webhook> => (await server.v1.get<Webhook>(`/v1/webhooks/${id}`)).body;
const deliveriesOf = async (run: string): Promise<WebhookDelivery[]> =>
  (await server.v1.get<{ items: WebhookDelivery[] }>(`/v1/webhooks/deliveries?run=${run}`)).body.items;

/** Reports a run from its beginning to its end. */
async function reportRun(state: 'completed' | 'failed' = 'completed', result: string = 'done'): Promise<string> {
  const run = new ReportedRunDriver(server.v1);
  await run.begin();
  await run.send(
    state === 'completed'
      ? { type: 'run-state', state, result }
      : { type: 'run-state', state, error: { code: 'failed', message: result } },
  );
  return run.id;
}

async function addFile(webhook: object, pipeline: string, content = text): Promise<string> {
  const response = await server.client.process(pipeline, ['parser'], { file_name: 'notes.txt', webhook } as object);
  expect(response.status, response.text).toBe(200);
  await server.client.upload(response.body.presigned_post_url_results, content);
  return response.body.request_id;
}

describe('a webhook of the account', () => {
  it("receives the end of a program's run, signed as Standard Webhooks specifies", async () => {
    const receiver = await startReceiver();
    const { id, secret: createdSecret } = await createWebhook(receiver);
    const run = await reportRun();
    await expect.poll(() => receiver.received.length).toBe(1);
    const [{ headers, body, event }] = receiver.received as [Receiver['received'][number]];
    expect(event).toEqual({ type: 'run.completed', timestamp: event.data.finishedAt, data: event.data });
    expect(event.data).toEqual((await server.v1.run(run)).body);
    const [messageId, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']] as [string, string];
    expect(Number(timestamp)).toBe(server.clock.unix());
    const expected = new Independent(createdSecret).sign(messageId, new Date(Number(timestamp) * 1000), body);
    expect(headers['webhook-signature']).toBe(expected);
    expect(headers['content-type']).toBe('application/json');
    await expect
      .poll(() => deliveriesOf(run))
      .toMatchObject([{ id: messageId, webhookId: id, state: 'delivered', attempts: 1, status: 204, error: null }]);
  });

  it('receives each hosted run once, and only the events that it subscribes to', async () => {
    const all = await startReceiver();
    const failures = await startReceiver();
    await createWebhook(all);
    await createWebhook(failures, { events: ['run.failed'] });
    await addFile(undefined as unknown as object, 'each-once');
    await expect.poll(() => all.types()).toEqual(['run.completed']);
    await addFile(undefined as unknown as object, 'fails', 'word '.repeat(1000));
    await expect.poll(() => failures.types()).toEqual(['run.failed']);
    await expect.poll(() => all.types()).toEqual(['run.completed', 'run.failed']);
    expect(failures.received[0]?.event.data).toMatchObject({ kind: 'hosted', of: 'fails', state: 'failed' });
  });

  it('receives cancelled runs but no subflows', async () => {
    const receiver = await startReceiver();
    await createWebhook(receiver);
    const parent = new ReportedRunDriver(server.v1);
    await parent.begin({ kind: 'flow' });
    const child = new ReportedRunDriver(server.v1);
    await child.send(created({ kind: 'flow', parent: parent.id }), {
      type: 'run-state',
      state: 'completed',
      result: 1,
    });
    await parent.send({ type: 'run-state', state: 'cancelled' });
    await expect.poll(() => receiver.types()).toEqual(['run.cancelled']);
    expect(await deliveriesOf(child.id)).toEqual([]);
  });

  it('receives the crash of a run, and then its completion after a resume', async () => {
    const receiver = await startReceiver();
    await createWebhook(receiver);
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    // after half a minute without a sweep, the server would give every program more time
    for (let seconds = 0; seconds < 120; seconds += 10) {
      server.clock.advance(10);
      await wholeSweep(server.clock);
    }
    await expect.poll(() => receiver.types()).toEqual(['run.crashed']);
    await run.send({ type: 'run-resumed' }, { type: 'run-state', state: 'completed', result: null });
    await expect.poll(() => receiver.types()).toEqual(['run.crashed', 'run.completed']);
    await run.send({ type: 'log', level: 'info', message: 'late', task: null });
    expect(await deliveriesOf(run.id)).toHaveLength(2);
  });

  it('receives the same message after increasing delays until it accepts it', async () => {
    const receiver = await startReceiver();
    receiver.replies = [500, (response) => response.socket?.destroy(), 200];
    await createWebhook(receiver);
    const run = await reportRun();
    await expect
      .poll(() => deliveriesOf(run))
      .toMatchObject([{ state: 'pending', attempts: 1, status: 500, error: 'status 500' }]);
    const [waiting] = await deliveriesOf(run);
    const wait = Date.parse(waiting?.nextAttemptAt ?? '') - server.clock.now().getTime();
    expect(wait).toBeGreaterThanOrEqual(9000);
    expect(wait).toBeLessThanOrEqual(11_000);
    server.clock.advance(11);
    await expect
      .poll(() => deliveriesOf(run))
      .toMatchObject([
        { state: 'pending', attempts: 2, status: null, error: expect.stringContaining('socket hang up') as string },
      ]);
    server.clock.advance(110);
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ state: 'delivered', attempts: 3, status: 200 }]);
    const { received } = receiver;
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
  });

  it.each<[string, number, (now: Date) => string, number, number]>([
    ['in seconds', 503, () => '50', 50, 50],
    ['as a date', 429, (now) => new Date(now.getTime() + 70_000).toUTCString(), 69, 70],
    ['longer than the maximum delay', 429, () => '86400', 100, 100],
    ['shorter than the next delay', 503, () => '1', 9, 11],
    ['that is invalid', 429, () => 'soon', 9, 11],
    ['with a status for which it has no effect', 500, () => '50', 9, 11],
  ])('schedules its next attempt after a Retry-After %s', async (_how, status, header, least, most) => {
    const receiver = await startReceiver();
    const headers = { 'retry-after': header(server.clock.now()) };
    receiver.replies = [(response) => response.writeHead(status, headers).end()];
    await createWebhook(receiver);
    const run = await reportRun();
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ state: 'pending', attempts: 1, status }]);
    const [waiting] = await deliveriesOf(run);
    const wait = Date.parse(waiting?.nextAttemptAt ?? '') - server.clock.now().getTime();
    expect(wait).toBeGreaterThanOrEqual(least * 1000);
    expect(wait).toBeLessThanOrEqual(most * 1000);
  });

  it('gives up after the last attempt, and immediately after a 410', async () => {
    const receiver = await startReceiver();
    receiver.replies = [503, 500, 502];
    await createWebhook(receiver);
    const run = await reportRun();
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ attempts: 1, status: 503 }]);
    server.clock.advance(11);
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ attempts: 2, status: 500 }]);
    server.clock.advance(110);
    await expect
      .poll(() => deliveriesOf(run))
      .toMatchObject([{ attempts: 3, state: 'failed', status: 502, nextAttemptAt: null }]);
    receiver.replies = [410];
    const last = await reportRun();
    await expect.poll(() => deliveriesOf(last)).toMatchObject([{ attempts: 1, state: 'failed', status: 410 }]);
  });

  it('receives an ended message again on request, with the same id and a new signature', async () => {
    const receiver = await startReceiver();
    receiver.replies = [410, 500, 204];
    const { id: webhook, secret: createdSecret } = await createWebhook(receiver);
    const run = await reportRun();
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ state: 'failed', status: 410 }]);
    const [{ id } = { id: '' }] = await deliveriesOf(run);
    const again = await server.v1.post<WebhookDelivery>(`/v1/webhooks/deliveries/${id}/redeliver`);
    expect(again.status, again.text).toBe(200);
    expect(again.body).toMatchObject({ id, webhookId: webhook, requestId: run, endedAt: null });
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ state: 'pending', attempts: 1, status: 500 }]);
    const waiting = await server.v1.post(`/v1/webhooks/deliveries/${id}/redeliver`);
    expect([waiting.status, waiting.text]).toEqual([409, expect.stringContaining('is waiting for its next attempt')]);
    server.clock.advance(11);
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ id, state: 'delivered', attempts: 2, status: 204 }]);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    const { headers, body } = receiver.received[2]!;
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(new Independent(createdSecret).sign(id, at, body));
  });

  it('refuses to redeliver for a deleted run, a resumed run or an unknown delivery', async () => {
    const receiver = await startReceiver();
    await createWebhook(receiver);
    const redeliver = async (run: string) => {
      const [{ id } = { id: '' }] = await deliveriesOf(run);
      await expect.poll(() => deliveriesOf(run)).toMatchObject([{ state: 'delivered' }]);
      return (how: () => Promise<unknown>) =>
        how().then(() => server.v1.post(`/v1/webhooks/deliveries/${id}/redeliver`));
    };
    const deleted = await reportRun();
    const ofDeleted = await (await redeliver(deleted))(() => server.v1.call('DELETE', `/v1/runs/${deleted}`));
    expect([ofDeleted.status, ofDeleted.text]).toEqual([409, expect.stringContaining('was deleted')]);
    const failed = await reportRun('failed');
    const ofResumed = await (
      await redeliver(failed)
    )(() => server.v1.post(`/v1/runs/${failed}/resume`, { reporter: randomUUID() }));
    expect([ofResumed.status, ofResumed.text]).toEqual([
      409,
      expect.stringContaining('state of the run or batch has changed'),
    ]);
    for (const id of [`msg_${randomUUID()}`, 'msg_1', 'none']) {
      const unknown = await server.v1.post(`/v1/webhooks/deliveries/${id}/redeliver`);
      expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining(`There is no delivery ${id}`)]);
    }
  });

  it('does not follow redirects', async () => {
    const [receiver, other] = [await startReceiver(), await startReceiver()];
    receiver.replies = [(response) => response.writeHead(307, { location: other.url }).end()];
    await createWebhook(receiver);
    const run = await reportRun();
    await expect
      .poll(() => deliveriesOf(run))
      .toMatchObject([{ attempts: 1, status: 307, error: 'status 307; redirects are not followed' }]);
    expect(other.received).toEqual([]);
  });

  it('does not delay others when it is silent, and drops and counts messages above a limit', async () => {
    const [silent, quick] = [await startReceiver(), await startReceiver()];
    silent.replies = [() => undefined];
    const hooks = [await createWebhook(silent), await createWebhook(quick)];
    for (let n = 0; n < 4; n++) await reportRun();
    await expect.poll(() => quick.received.length).toBe(4);
    expect(await readWebhook(hooks[0]!.id)).toMatchObject({ pending: 2, dropped: 2 });
    expect(await readWebhook(hooks[1]!.id)).toMatchObject({ dropped: 0 });
  });

  it('receives a record that is too large without its result', async () => {
    const receiver = await startReceiver();
    await createWebhook(receiver);
    const run = await reportRun('completed', 'ñ'.repeat(100_000));
    await expect.poll(() => receiver.received.length).toBe(1);
    expect(receiver.received[0]?.event.data).toMatchObject({ requestId: run, state: 'completed', result: null });
    expect(Buffer.byteLength(receiver.received[0]?.body ?? '')).toBeLessThan(65_536);
  });
});

describe('a webhook of one run', () => {
  it('receives only that run, signed with the secret from the request', async () => {
    const receiver = await startReceiver();
    const run = await addFile({ url: receiver.url, secret }, 'own-hook');
    await reportRun();
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ webhookId: null, state: 'delivered' }]);
    expect(receiver.received.map(({ event }) => event.data.requestId)).toEqual([run]);
    const [{ headers, body }] = receiver.received as [Receiver['received'][number]];
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const expected = new Independent(secret).sign(headers['webhook-id'] as string, at, body);
    expect(headers['webhook-signature']).toBe(expected);
  });

  it('receives the end of a run that was deleted afterwards', async () => {
    const receiver = await startReceiver();
    receiver.replies = [500, 200];
    const run = await addFile({ url: receiver.url, secret }, 'deleted-hook');
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ attempts: 1, status: 500 }]);
    expect((await server.v1.delete(run)).status).toBe(204);
    server.clock.advance(11);
    await expect.poll(() => deliveriesOf(run)).toMatchObject([{ attempts: 2, state: 'delivered' }]);
  });

  it('shares the limit of its receiver, however the address is written', async () => {
    const receiver = await startReceiver();
    receiver.replies = [() => undefined];
    const counts: number[] = [];
    for (const [i, scheme] of ['http:', 'http:', 'HTTP:'].entries()) {
      const run = await addFile({ url: receiver.url.replace('http:', scheme), secret }, `same-receiver-${i}`);
      expect((await server.v1.run(run, '?wait=60')).body.state).toBe('completed');
      counts.push((await deliveriesOf(run)).length);
    }
    expect(counts).toEqual([1, 1, 0]);
  });

  it.each([
    ['no secret', { url: 'https://example.com' }, /webhook\.secret/],
    ['an invalid secret', { url: 'https://example.com', secret: 'hunter2' }, /Expected the webhook secret/],
    ['no slashes after the scheme', { url: 'https:example.com', secret }, /http:\/\/ or https:\/\//],
    ['another scheme', { url: 'ftp://example.com', secret }, /http:\/\/ or https:\/\//],
    ['a password in the address', { url: 'https://a:hunter2@example.com', secret }, /no user name or password/],
    [
      'an unknown event',
      { url: 'https://example.com', secret, events: ['run.begun'] },
      /one or more of run\.completed/,
    ],
  ])('is rejected with %s, without repeating a secret', async (_name, webhook, message) => {
    const options = { file_name: 'notes.txt', webhook } as object;
    const { status, text: response, body } = await server.client.process('refused', ['parser'], options);
    expect(status).toBe(400);
    expect(body.message).toMatch(message);
    expect(response).not.toContain('hunter2');
  });
});

describe('/v1/webhooks', () => {
  it('shows the secret once, and the outcome of each delivery', async () => {
    const receiver = await startReceiver();
    const { secret: createdSecret, ...webhook } = await createWebhook(receiver, { events: ['run.completed'] });
    expect(createdSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({
      url: receiver.url,
      events: ['run.completed'],
      pending: 0,
      dropped: 0,
      deliveries: [],
    });
    await reportRun();
    await expect.poll(async () => (await readWebhook(webhook.id)).deliveries).toMatchObject([{ state: 'delivered' }]);
    const list = await server.v1.get<{ items: Webhook[] }>('/v1/webhooks');
    expect(list.body.items).toEqual([await readWebhook(webhook.id)]);
    expect(list.text).not.toContain('whsec');
    expect((await deleteWebhook(webhook.id)).status).toBe(204);
    expect((await deleteWebhook(webhook.id)).status).toBe(404);
  });

  it("accepts the caller's secret, has a limit, and creates one webhook per Idempotency-Key", async () => {
    const url = 'http://127.0.0.1:9/hook';
    const post = async (key: string, body: object) => {
      const response = await fetch(`${server.url}/v1/webhooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.apiKey}`, 'idempotency-key': key },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as CreatedWebhook };
    };
    const key = randomUUID();
    const first = await post(key, { url });
    expect(await post(key, { url })).toEqual(first);
    expect((await post(key, { url: `${url}/other` })).status).toBe(409);
    const withOwnSecret = await createWebhook({ url }, { secret });
    expect(withOwnSecret.secret).toBe(secret);
    const third = await createWebhook({ url });
    expect((await server.v1.post('/v1/webhooks', { url })).status).toBe(409);
    for (const { id } of [first.body, withOwnSecret, third]) expect((await deleteWebhook(id)).status).toBe(204);
  });

  it('shows each account only its own webhooks', async () => {
    const receiver = await startReceiver();
    const other = new V1Client(server.url, server.otherKey);
    const { id } = await createWebhook(receiver);
    const run = await reportRun();
    await expect.poll(() => receiver.received.length).toBe(1);
    expect((await other.get<{ items: [] }>('/v1/webhooks')).body.items).toEqual([]);
    expect((await other.get<{ items: [] }>(`/v1/webhooks/deliveries?run=${run}`)).body.items).toEqual([]);
    expect((await other.get(`/v1/webhooks/${id}`)).status).toBe(404);
    expect((await other.call('DELETE', `/v1/webhooks/${id}`)).status).toBe(404);
    const otherRun = new ReportedRunDriver(other);
    await otherRun.begin();
    await otherRun.send({ type: 'run-state', state: 'completed', result: null });
    await reportRun();
    await expect.poll(() => receiver.received.length).toBe(2);
    expect(receiver.received.map(({ event }) => event.data.requestId)).not.toContain(otherRun.id);
  });

  it('rejects invalid requests', async () => {
    for (const body of [{}, { url: 'nonsense' }, { url: 'http://127.0.0.1/', secret: 'x' }, { url: 1 }]) {
      expect((await server.v1.post('/v1/webhooks', body)).status).toBe(400);
    }
    expect((await server.v1.get('/v1/webhooks/none')).status).toBe(404);
    expect((await server.v1.get('/v1/webhooks/deliveries?limit=0')).status).toBe(400);
  });
});
