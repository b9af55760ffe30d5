import { Client, WaitTimeoutError } from 'millrace';
import { describe, expect, it } from 'vitest';
import type { Handler, Reply } from '../sdk/support/fake-server.js';
import { fileId, hostedService, millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';

const retrySoon = { 'retry-after-ms': '1' };
const errorStatuses = [408, 425, 429, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 524, 529, 530, 599];
const failures: (Reply | Handler)[] = [
  ...errorStatuses.map((status) => ({ status, headers: retrySoon, json: { message: 'not now' } })),
  { status: 502, headers: retrySoon, body: '<html><h1>Bad Gateway</h1></html>' },
  { status: 500, headers: retrySoon, body: '' },
];

/** Creates a handler that replies with each failure once, and then with `last`, and counts its requests. */
function failThenReply(last: Reply): { handler: Handler; polls: () => number } {
  let polls = 0;
  const handler: Handler = (recorded, response, request) => {
    const reply = failures[polls++] ?? last;
    request.resume();
    return typeof reply === 'function' ? reply(recorded, response, request) : reply;
  };
  return { handler, polls: () => polls };
}

const noDownload = { downloadOutput: false } as const;
const done = { headers: { 'millrace-sequence': '9' }, json: runRecord({ state: 'completed' }) };
const hostedDone = {
  json: { request_id: 'r', file_id: fileId, process_status: { module_1: true }, failure_status: null, message: '' },
};

describe('a wait for a run', () => {
  it('survives every kind of failed poll on a server with /v1', async () => {
    const { handler, polls } = failThenReply(done);
    const { client } = await millraceService({ '/v1/runs': handler }, { maxRetries: 0 });
    await client.createPipeline('notes', ['parser']).attach(runId).wait(noDownload);
    expect(polls()).toBe(failures.length + 1);
  });

  it('survives every kind of failed poll on a server of the hosted protocol', async () => {
    const { handler, polls } = failThenReply(hostedDone);
    const { client } = await hostedService({ '/krixik-core-process-status': handler }, { maxRetries: 0 });
    await client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...noDownload, pollInterval: 1 });
    expect(polls()).toBe(failures.length + 1);
  });

  it('survives every kind of failed poll in runs.wait()', async () => {
    const { handler, polls } = failThenReply(done);
    const { client } = await millraceService({ '/v1/runs': handler }, { maxRetries: 0 });
    expect(await client.runs.wait(runId)).toMatchObject({ state: 'completed' });
    expect(polls()).toBe(failures.length + 1);
  });

  it('survives failures of the request that detects the server', async () => {
    const info = await millraceService();
    const { handler, polls } = failThenReply({
      headers: { 'millrace-api': '1' },
      json: { name: 'millrace', version: '0.1.0', api: 1, limits: {} },
    });
    info.on('/v1', (recorded, response, request) =>
      recorded.path.startsWith('/v1/runs') ? done : handler(recorded, response, request),
    );
    const client = new Client({ apiUrl: info.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    await client.createPipeline('notes', ['parser']).attach(runId).wait(noDownload);
    expect(polls()).toBe(failures.length + 1);
    await client.close();
  });

  it('ends at waitTimeout if every poll fails, with the last error', async () => {
    let polls = 0;
    const reply = { status: 503, headers: { 'retry-after-ms': '20' }, json: { message: 'still raining' } };
    const { client } = await millraceService({ '/v1/runs': () => ((polls += 1), reply) }, { maxRetries: 0 });
    const failure = await client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...noDownload, waitTimeout: 3000 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WaitTimeoutError);
    expect(failure).toMatchObject({ requestId: runId, retryable: true });
    expect((failure as Error).message).toContain('still raining');
    expect(polls).toBeGreaterThan(3);
  });
});
