import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/system/logger.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
const logLines: string[] = [];
beforeAll(async () => {
  const logger = createLogger('warn', (line) => void logLines.push(line));
  server = await startTestServer({ parked: ['sentiment', 'summarize'], logger });
});
afterAll(() => server.close());

const text = 'A bell rang. Then it was still.';

describe('a request that waits for a run', () => {
  it('returns the final record when the run ends', async () => {
    const file = await server.client.add('wait', ['parser', 'json-to-txt', 'keyword-db'], text);
    const { status, body } = await server.v1.run(file.processId, '?wait=60');
    expect([status, body.state]).toEqual([200, 'completed']);
  });

  it('returns immediately if the run has already ended', async () => {
    const file = await server.client.complete('wait done', ['parser'], text);
    expect((await server.v1.run(file.processId, '?wait=60')).body.state).toBe('completed');
    expect((await server.v1.run(file.processId, '?wait=60&since=999999')).body.state).toBe('completed');
  });

  it('returns the current record when the time is up', async () => {
    const file = await server.client.add('wait parked', ['summarize'], text);
    expect((await server.v1.run(file.processId, '?wait=0.05')).body.state).toBe('pending');
    expect((await server.v1.run(file.processId, '?wait=0')).body.state).toBe('pending');
  });

  it('returns when the run is cancelled', async () => {
    const file = await server.client.add('wait cancelled', ['summarize'], text);
    const waiting = server.v1.run(file.processId, '?wait=60');
    await server.v1.cancel(file.processId);
    expect((await waiting).body.state).toBe('cancelled');
  });

  it('responds with 404 when the run is deleted', async () => {
    const file = await server.client.add('wait deleted', ['summarize'], text);
    const waiting = server.v1.run(file.processId, '?wait=60');
    await server.v1.run(file.processId, '?wait=0.2');
    await server.v1.delete(file.processId);
    expect((await waiting).status).toBe(404);
  });

  it('returns at each change after `since` until the run ends', async () => {
    const { client, v1 } = server;
    const file = await client.add('wait since', ['parser', 'json-to-txt'], text);
    const statuses: RunStatus[] = [];
    let since = 0;
    for (;;) {
      const { headers, body } = await v1.run(file.processId, `?wait=60&since=${since}`);
      const sequence = Number(headers.get('millrace-sequence'));
      expect(sequence).toBeGreaterThan(since);
      since = sequence;
      statuses.push(body);
      if (body.finishedAt !== null) break;
    }
    expect(statuses.at(-1)?.state).toBe('completed');
    const done = statuses.map((status) => status.progress.current);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('waits for the next change if `since` is the current sequence number', async () => {
    const { client, v1 } = server;
    const { body: reserved } = await client.process('wait changed', ['summarize']);
    const { headers } = await v1.run(reserved.request_id);
    const sequence = Number(headers.get('millrace-sequence'));
    const waiting = v1.run(reserved.request_id, `?wait=60&since=${sequence}`);
    await client.upload(reserved.presigned_post_url_results, text);
    expect(Number((await waiting).headers.get('millrace-sequence'))).toBeGreaterThan(sequence);
  });

  it.each(['wait=soon', 'wait=-1', 'wait=61', 'wait=1&since=-1', 'wait=1&since=1.5', 'since=x'])(
    'is rejected with ?%s',
    async (query) => {
      const file = await server.client.add('wait refused', ['summarize'], text);
      const { status, body } = await server.v1.get<{ error: { code: string } }>(`/v1/runs/${file.processId}?${query}`);
      expect([status, body.error.code]).toEqual([400, 'validation']);
    },
  );
});

describe('the event stream of a run', () => {
  it('sends the record at each change, and ends after the final record', async () => {
    const file = await server.client.add('events', ['parser', 'json-to-txt'], text);
    const events = await server.v1.allEvents(file.processId);
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['status']));
    const statuses = events.map(({ data }) => data as RunStatus);
    expect(statuses.every(({ requestId }) => requestId === file.processId)).toBe(true);
    expect(statuses.filter(({ finishedAt }) => finishedAt !== null)).toEqual([statuses.at(-1)]);
    expect(statuses.at(-1)?.state).toBe('completed');
    expect(statuses.at(-1)).toEqual((await server.v1.run(file.processId)).body);
  });

  it('sends one event for a finished run', async () => {
    const file = await server.client.complete('events done', ['parser'], text);
    expect(await server.v1.allEvents(file.processId)).toHaveLength(1);
  });

  it('is not cached, and numbers its events', async () => {
    const file = await server.client.complete('events headers', ['parser'], text);
    const response = await server.v1.openEvents(file.processId);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    expect(response.headers.get('millrace-api')).toBe('1');
    expect(await response.text()).toMatch(/^id: \d+$/m);
  });

  it('sends a failure and a cancellation', async () => {
    const { client, v1 } = server;
    const failed = await client.add('events failed', ['json-to-txt'], 'no JSON');
    expect((await v1.allEvents(failed.processId)).at(-1)?.data).toMatchObject({ state: 'failed' });
    const parked = await client.add('events cancelled', ['summarize'], text);
    const events = v1.events(parked.processId);
    expect((await events.next()).value).toMatchObject({ data: { state: 'pending' } });
    await v1.cancel(parked.processId);
    expect((await events.next()).value).toMatchObject({ data: { state: 'cancelled' } });
    expect((await events.next()).done).toBe(true);
  });

  it('ends with `gone` when the run is deleted', async () => {
    const { client, v1 } = server;
    const file = await client.add('events deleted', ['summarize'], text);
    const events = v1.events(file.processId);
    await events.next();
    await v1.delete(file.processId);
    expect((await events.next()).value).toEqual({ event: 'gone', data: {} });
    expect((await events.next()).done).toBe(true);
  });

  it('logs nothing when clients disconnect', async () => {
    const { client, v1 } = server;
    const files = await Promise.all(Array.from({ length: 30 }, () => client.add('events left', ['summarize'], text)));
    const leave = new AbortController();
    // so many at once that some still wait for a database connection when the client disconnects
    const streams = files.map(({ processId }) => v1.openEvents(processId, leave.signal));
    await Promise.any(streams);
    leave.abort();
    await Promise.allSettled(streams);
    expect((await v1.run(files[0]!.processId)).body.state).toBe('pending');
    expect(logLines).toEqual([]);
  });
});
