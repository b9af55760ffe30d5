import {
  Client,
  isMillraceError,
  ProcessFailedError,
  type ProcessEvent,
  type RunStatus,
  TimeoutError,
  WaitTimeoutError,
} from 'millrace';
import { describe, expect, it, vi } from 'vitest';
import type { Handler } from './support/fake-server.js';
import { apiKey, fileId, hostedService, millraceService, runId, runRecord } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const noDownload = { downloadOutput: false } as const;
const chain = ['parser', 'text-embedder', 'vector-db'] as const;

/** Creates the status route of a hosted server, whose modules complete one by one with each poll. */
function completeStepwise(failAt = Infinity): Handler {
  let polls = 0;
  return () => {
    const done = polls++;
    if (done >= failAt) {
      const failure_status = { process_id: runId, failure_module: chain[failAt], message: 'out of memory' };
      return { json: { request_id: 'r', file_id: fileId, process_status: null, failure_status, message: '' } };
    }
    const process_status = Object.fromEntries(chain.map((_, i) => [`module_${i + 1}`, i < done]));
    return { json: { request_id: 'r', file_id: fileId, process_status, failure_status: null, message: '' } };
  };
}

/** Creates the run route of a server with `/v1` that returns the records in turn, then repeats the last one. */
function returnInTurn(...records: ReturnType<typeof runRecord>[]): Handler {
  let requestCount = 0;
  return () => {
    const sequence = Math.min(requestCount++, records.length - 1);
    return { headers: { 'millrace-api': '1', 'millrace-sequence': String(sequence + 1) }, json: records[sequence] };
  };
}

describe('a run handle on a server of the hosted protocol', () => {
  it('polls until every module is done, and reports each module once', async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': completeStepwise() });
    const events: ProcessEvent[] = [];
    await client
      .createPipeline('notes', chain)
      .attach(runId)
      .wait({
        ...noDownload,
        pollInterval: 5,
        onStatus: (event) => events.push(event),
      });
    const done = events.filter((event) => event.type === 'module-done');
    expect(done.map(({ module, position, of }) => [module, position, of])).toEqual([
      ['parser', 1, 3],
      ['text-embedder', 2, 3],
      ['vector-db', 3, 3],
    ]);
    expect(events.at(-1)?.type).toBe('succeeded');
  });

  it("explains how to process a file again whose run failed under the caller's idempotency key", async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': completeStepwise(1) });
    const pipeline = client.createPipeline('notes', chain);
    const file = await textFile(await scratch());
    const wait = { ...noDownload, pollInterval: 5 };
    await expect(pipeline.process(file, { ...wait, idempotencyKey: 'k1' })).rejects.toThrow('make the same call');
    await expect((await pipeline.start(file, { idempotencyKey: 'k1' })).wait(wait)).rejects.toThrow(
      'make the same call',
    );
    await expect(pipeline.process(file, wait)).rejects.not.toThrow('make the same call');
  });

  it("asks for another idempotency key if the run of the caller's key was cancelled", async () => {
    const { client } = await millraceService({
      '/v1/runs': { headers: { 'millrace-sequence': '4' }, json: runRecord({ state: 'cancelled' }) },
    });
    const file = await textFile(await scratch());
    const failure = client.createPipeline('notes', ['parser']).process(file, { ...noDownload, idempotencyKey: 'k1' });
    await expect(failure).rejects.toThrow('make the same call with another idempotencyKey');
  });

  it("rejects with the failed module and the server's message", async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': completeStepwise(1) });
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', chain)
      .process(file, { ...noDownload, pollInterval: 5 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProcessFailedError);
    const { message, failedModule, status, requestId } = failure as ProcessFailedError;
    expect(message).toBe(
      `Processing ${file} in pipeline 'notes' failed at module 2 of 3, 'text-embedder': out of memory. (request ${runId})`,
    );
    expect([failedModule, requestId]).toEqual(['text-embedder', runId]);
    expect(status.tasks.map((task) => task.state)).toEqual(['completed', 'failed', 'skipped']);
    expect(status.progress.percent).toBeLessThan(100);
  });

  it('marks only a failure due to a full disk as retryable', () => {
    const run = { requestId: runId, fileId: null, state: 'failed', tasks: [] };
    const createError = (code: string) =>
      new ProcessFailedError('failed', {
        ...run,
        error: { code, message: 'why', task: 'parser' },
      } as unknown as RunStatus);
    expect([createError('disk_full').retryable, createError('module_failed').retryable]).toEqual([true, false]);
  });

  it('does not delete the file when the run fails', async () => {
    const { client, paths } = await hostedService({ '/krixik-core-process-status': completeStepwise(0) });
    const file = await textFile(await scratch());
    await client
      .createPipeline('notes', chain)
      .process(file)
      .catch(() => undefined);
    expect(paths()).not.toContain('/krixik-core-delete');
  });

  it('cannot be cancelled', async () => {
    const { client } = await hostedService();
    const failure = client.createPipeline('notes', chain).attach(runId).cancel();
    await expect(failure).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('wait()', () => {
  it('survives failed requests and dropped connections, even with maxRetries 0', async () => {
    let requestCount = 0;
    const { client } = await millraceService(
      {
        '/v1/runs': (_seen, response) => {
          requestCount++;
          if (requestCount <= 3) return { status: 503, headers: { 'retry-after': '0' }, json: {} };
          if (requestCount === 4) return void response.destroy();
          return { headers: { 'millrace-sequence': '9' }, json: runRecord({ state: 'completed' }) };
        },
      },
      { maxRetries: 0 },
    );
    await client.createPipeline('notes', ['parser']).attach(runId).wait(noDownload);
    expect(requestCount).toBe(5);
  });

  it('rejects after waitTimeout, and the error says how to continue in another process', async () => {
    let state: 'running' | 'completed' = 'running';
    const { client, url, paths } = await millraceService({
      '/v1/runs': () => ({ headers: { 'millrace-sequence': '1' }, json: runRecord({ state }) }),
    });
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', ['parser'])
      .process(file, { ...noDownload, waitTimeout: 300 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WaitTimeoutError);
    expect(failure).toMatchObject({ requestId: runId, fileId, lastStatus: { state: 'running' } });
    expect((failure as Error).message).toMatch(new RegExp(`\\npipeline\\.attach\\('${runId}'\\)\\.wait\\(\\)$`));
    expect(paths().filter((path) => path.includes('delete') || path.includes('cancel'))).toEqual([]);
    state = 'completed';
    const other = new Client({ apiUrl: url, apiKey, logLevel: 'off' });
    const done = await other
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ localSaveDirectory: await scratch() });
    expect(done.outputFiles).toHaveLength(1);
    await other.close();
  });

  it.each(['attach', 'runs.wait'] as const)(
    'through %s with a waitTimeout shorter than a long poll rejects with the last state',
    async (method) => {
      const polls: number[] = [];
      const { client } = await millraceService({
        '/v1/runs': ({ path }) => {
          const seconds = Number(new URL(path, 'http://host').searchParams.get('wait'));
          polls.push(seconds);
          // respond only to a long poll of less than a second
          const record = runRecord({ state: 'running' });
          return seconds < 1 ? { headers: { 'millrace-sequence': '1' }, json: record } : undefined;
        },
      });
      const waiting =
        method === 'attach'
          ? client.createPipeline('notes', ['parser']).attach(runId).wait({ waitTimeout: 1000, downloadOutput: false })
          : client.runs.wait(runId, { waitTimeout: 1000 });
      const failure: unknown = await waiting.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(WaitTimeoutError);
      expect(failure).toMatchObject({ lastStatus: { state: 'running' } });
      expect((failure as Error).message).toContain('It is running');
      expect(polls[0]).toBeLessThanOrEqual(0.5);
    },
  );

  it('applies timeout to one request, and waitTimeout to the whole wait', async () => {
    const { client } = await millraceService({ '/v1': () => undefined }, { timeout: 60_000, maxRetries: 50 });
    await expect(client.runs.wait(runId, { timeout: 20, retryFor: 0 })).rejects.toBeInstanceOf(TimeoutError);
    const failure: unknown = await client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ timeout: 20, waitTimeout: 1000 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WaitTimeoutError);
    expect((failure as Error).cause).toBeInstanceOf(TimeoutError);
    await expect(client.flush({ timeout: 5 } as never)).rejects.toThrow('waitTimeout');
  });

  it('rejects after waitTimeout without a response to the current request', async () => {
    const { client } = await millraceService({ '/v1/runs': () => undefined });
    const started = performance.now();
    const failure = client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...noDownload, waitTimeout: 200 });
    await expect(failure).rejects.toBeInstanceOf(WaitTimeoutError);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('rejects when the run does not exist', async () => {
    const error = { code: 'not_found', message: 'There is no such run', exchangeId: 'q1' };
    const { client } = await millraceService({ '/v1/runs': { status: 404, json: { error } } });
    const failure = client.createPipeline('notes', ['parser']).attach(runId).wait(noDownload);
    await expect(failure).rejects.toMatchObject({ name: 'NotFoundError', status: 404, exchangeId: 'q1' });
  });

  it.each(['failed', 'cancelled', 'crashed'] as const)('rejects for a run that ended as %s', async (state) => {
    const { client } = await millraceService({
      '/v1/runs': { headers: { 'millrace-sequence': '4' }, json: runRecord({ state }) },
    });
    const failure = client.createPipeline('notes', ['parser']).attach(runId).wait(noDownload);
    await expect(failure).rejects.toMatchObject({ code: 'process_failed', status: { state } });
  });

  it('rejects with the error of the callback', async () => {
    const { client } = await millraceService();
    const thrown = new RangeError('mine');
    const failure = client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({
        ...noDownload,
        onStatus: () => {
          throw thrown;
        },
      });
    await expect(failure).rejects.toBe(thrown);
  });

  it('requests every change of the run with onStatus', async () => {
    const { client, paths } = await millraceService({
      '/v1/runs': returnInTurn(runRecord(), runRecord(), runRecord({ state: 'completed' })),
    });
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.attach(runId).wait({ ...noDownload, onStatus: () => undefined });
    expect(
      paths()
        .filter((path) => path.startsWith('/v1/runs'))
        .map((path) => path.split('?')[1]),
    ).toEqual(['wait=25&since=0', 'wait=25&since=1', 'wait=25&since=2']);
  });

  it('shares one polling loop among concurrent calls, and sends no request after the end', async () => {
    const { client, to } = await millraceService({
      '/v1/runs': returnInTurn(runRecord(), runRecord({ state: 'completed' })),
    });
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    const [first, second] = await Promise.all([run.wait(noDownload), run.wait(noDownload)]);
    expect(first).toEqual(second);
    const requestCount = to('/v1/runs').length;
    await run.wait(noDownload);
    expect(to('/v1/runs')).toHaveLength(requestCount);
  });
});

describe('a run handle', () => {
  it('is not thenable', async () => {
    const { client } = await hostedService();
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    expect('then' in run).toBe(false);
  });

  it.each(['start', 'process'] as const)('is returned by %s() when the file is uploaded', async (method) => {
    const { client, requests } = await millraceService({ '/v1/runs': { status: 500 } });
    const pipeline = client.createPipeline('notes', ['parser']);
    const file = await textFile(await scratch());
    const run = await (method === 'start' ? pipeline.start(file) : pipeline.process(file, { waitForProcess: false }));
    expect([run.id, run.requestId, run.fileId]).toEqual([runId, runId, fileId]);
    expect(requests.filter(({ path }) => path.startsWith('/v1/runs'))).toEqual([]);
  });

  it('yields its events to an iterator, from the upload to the end', async () => {
    const { client } = await millraceService({
      '/v1/runs': returnInTurn(runRecord({ state: 'pending' }), runRecord(), runRecord({ state: 'completed' })),
    });
    const file = await textFile(await scratch());
    const run = await client.createPipeline('notes', ['parser']).process(file, { waitForProcess: false });
    expect([run.requestId, run.fileId]).toEqual([runId, fileId]);
    const types: string[] = [];
    for await (const event of run) types.push(event.type);
    expect(types).toEqual(['uploaded', 'progress', 'progress', 'module-done', 'succeeded']);
    const again: string[] = [];
    for await (const event of run) again.push(event.type);
    expect(again).toEqual(['uploaded', 'module-done', 'succeeded']);
  });

  it('reports a failure to an iterator instead of throwing it', async () => {
    const { client } = await millraceService({
      '/v1/runs': { headers: { 'millrace-sequence': '4' }, json: runRecord({ state: 'failed' }) },
    });
    const events: ProcessEvent[] = [];
    for await (const event of client.createPipeline('notes', ['parser']).attach(runId)) events.push(event);
    const [last] = events;
    expect(last?.type).toBe('failed');
    expect(last?.type === 'failed' && isMillraceError(last.error, 'process_failed')).toBe(true);
  });

  it('stops polling when its iterator is closed', async () => {
    const { client, requests } = await millraceService({
      '/v1/runs': { headers: { 'millrace-sequence': '1' }, json: runRecord() },
    });
    for await (const event of client.createPipeline('notes', ['parser']).attach(runId)) {
      expect(event.type).toBe('progress');
      break;
    }
    const before = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(requests.length).toBe(before);
  });

  it('is not found through another pipeline', async () => {
    const { client } = await millraceService();
    const failure = client.createPipeline('letters', ['parser']).processStatus(runId);
    await expect(failure).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});

it('the verbose option prints one line to stderr for each change of state', async () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const { client } = await hostedService({ '/krixik-core-process-status': completeStepwise() });
    const directory = await scratch();
    const pipeline = client.createPipeline('notes', chain);
    await pipeline.process(await textFile(directory), {
      localSaveDirectory: directory,
      verbose: true,
      pollInterval: 5,
    });
  } finally {
    spy.mockRestore();
  }
  const lines = written.filter((line) => line.startsWith('notes: '));
  expect(lines).toHaveLength(6);
  expect(lines.every((line) => line.endsWith('\n') && !line.slice(0, -1).includes('\n') && !line.includes('\r'))).toBe(
    true,
  );
  expect(lines.map((line) => line.slice(7).split(' ')[0])).toEqual([
    'uploaded',
    'module',
    'module',
    'module',
    'completed\n',
    'saved',
  ]);
});
