import { Client, WaitTimeoutError } from 'millrace';
import { describe, expect, it } from 'vitest';
import type { Handler, Reply } from '../sdk/support/fake-server.js';
import { fileId, hostedService, millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';

const soon = { 'retry-after-ms': '1' };
const refusals = [408, 425, 429, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 524, 529, 530, 599];
const storm: (Reply | Handler)[] = [
  ...refusals.map((status) => ({ status, headers: soon, json: { message: 'not now' } })),
  { status: 502, headers: soon, body: '<html><h1>Bad Gateway</h1></html>' },
  { status: 500, headers: soon, body: '' },
];

/** Every refusal in turn, then the answer. */
function after(last: Reply): { handler: Handler; looks: () => number } {
  let looks = 0;
  const handler: Handler = (seen, response, request) => {
    const reply = storm[looks++] ?? last;
    request.resume();
    return typeof reply === 'function' ? reply(seen, response, request) : reply;
  };
  return { handler, looks: () => looks };
}

const nothing = { downloadOutput: false } as const;
const done = { headers: { 'millrace-sequence': '9' }, json: runRecord({ state: 'completed' }) };
const hostedDone = {
  json: { request_id: 'r', file_id: fileId, process_status: { module_1: true }, failure_status: null, message: '' },
};

describe('one hiccup while polling kills an hour of work', () => {
  it('not one of any kind, on a server with /v1', async () => {
    const { handler, looks } = after(done);
    const { client } = await millraceService({ '/v1/runs': handler }, { maxRetries: 0 });
    await client.createPipeline('notes', ['parser']).attach(runId).wait(nothing);
    expect(looks()).toBe(storm.length + 1);
  });

  it('not one of any kind, on a server of the hosted protocol', async () => {
    const { handler, looks } = after(hostedDone);
    const { client } = await hostedService({ '/krixik-core-process-status': handler }, { maxRetries: 0 });
    await client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...nothing, pollInterval: 1 });
    expect(looks()).toBe(storm.length + 1);
  });

  it('not in runs.wait() either', async () => {
    const { handler, looks } = after(done);
    const { client } = await millraceService({ '/v1/runs': handler }, { maxRetries: 0 });
    expect(await client.runs.wait(runId)).toMatchObject({ state: 'completed' });
    expect(looks()).toBe(storm.length + 1);
  });

  it('not when the server is not even known yet', async () => {
    const info = await millraceService();
    const { handler, looks } = after({
      headers: { 'millrace-api': '1' },
      json: { name: 'millrace', version: '0.1.0', api: 1, limits: {} },
    });
    info.on('/v1', (seen, response, request) =>
      seen.path.startsWith('/v1/runs') ? done : handler(seen, response, request),
    );
    const client = new Client({ apiUrl: info.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    await client.createPipeline('notes', ['parser']).attach(runId).wait(nothing);
    expect(looks()).toBe(storm.length + 1);
    await client.close();
  });

  it('and a storm without end lasts until waitTimeout, which says what the weather was', async () => {
    let looks = 0;
    const reply = { status: 503, headers: { 'retry-after-ms': '20' }, json: { message: 'still raining' } };
    const { client } = await millraceService({ '/v1/runs': () => ((looks += 1), reply) }, { maxRetries: 0 });
    const failure = await client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...nothing, waitTimeout: 3000 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WaitTimeoutError);
    expect(failure).toMatchObject({ requestId: runId, retryable: true });
    expect((failure as Error).message).toContain('still raining');
    expect(looks).toBeGreaterThan(3);
  });
});
