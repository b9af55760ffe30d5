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

const nothing = { downloadOutput: false } as const;
const chain = ['parser', 'text-embedder', 'vector-db'] as const;

/** A hosted server whose modules are done one by one, a poll each. */
function stepping(failAt = Infinity): Handler {
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

/** A server with /v1 whose run has the next of these records at each request. */
function changing(...records: ReturnType<typeof runRecord>[]): Handler {
  let looks = 0;
  return () => {
    const sequence = Math.min(looks++, records.length - 1);
    return { headers: { 'millrace-api': '1', 'millrace-sequence': String(sequence + 1) }, json: records[sequence] };
  };
}

describe('waiting on a server of the hosted protocol', () => {
  it('polls until every module is done, and tells of each once', async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': stepping() });
    const events: ProcessEvent[] = [];
    await client
      .createPipeline('notes', chain)
      .attach(runId)
      .wait({
        ...nothing,
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

  it('says how to run a file again whose run failed under a key of the caller', async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': stepping(1) });
    const pipeline = client.createPipeline('notes', chain);
    const file = await textFile(await scratch());
    const wait = { ...nothing, pollInterval: 5 };
    await expect(pipeline.process(file, { ...wait, idempotencyKey: 'k1' })).rejects.toThrow('make the same call');
    await expect((await pipeline.start(file, { idempotencyKey: 'k1' })).wait(wait)).rejects.toThrow(
      'make the same call',
    );
    await expect(pipeline.process(file, wait)).rejects.not.toThrow('make the same call');
  });

  it('says where a run failed, in the words of the server', async () => {
    const { client } = await hostedService({ '/krixik-core-process-status': stepping(1) });
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', chain)
      .process(file, { ...nothing, pollInterval: 5 })
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

  it('calls a run that a full disk ended worth another try', () => {
    const run = { requestId: runId, fileId: null, state: 'failed', tasks: [] };
    const failed = (code: string) =>
      new ProcessFailedError('failed', {
        ...run,
        error: { code, message: 'why', task: 'parser' },
      } as unknown as RunStatus);
    expect([failed('disk_full').retryable, failed('module_failed').retryable]).toEqual([true, false]);
  });

  it('never deletes or cancels, whether the run fails or the wait ends', async () => {
    const { client, paths } = await hostedService({ '/krixik-core-process-status': stepping(0) });
    const file = await textFile(await scratch());
    await client
      .createPipeline('notes', chain)
      .process(file)
      .catch(() => undefined);
    expect(paths()).not.toContain('/krixik-core-delete');
  });

  it('does not cancel runs, and says so', async () => {
    const { client } = await hostedService();
    const failure = client.createPipeline('notes', chain).attach(runId).cancel();
    await expect(failure).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('waiting', () => {
  it('survives a storm of refusals and broken connections, however few retries there are', async () => {
    let looks = 0;
    const { client } = await millraceService(
      {
        '/v1/runs': (_seen, response) => {
          looks++;
          if (looks <= 3) return { status: 503, headers: { 'retry-after': '0' }, json: {} };
          if (looks === 4) return void response.destroy();
          return { headers: { 'millrace-sequence': '9' }, json: runRecord({ state: 'completed' }) };
        },
      },
      { maxRetries: 0 },
    );
    await client.createPipeline('notes', ['parser']).attach(runId).wait(nothing);
    expect(looks).toBe(5);
  });

  it('ends with waitTimeout, and the error says how to go on in another process', async () => {
    let state: 'running' | 'completed' = 'running';
    const { client, url, paths } = await millraceService({
      '/v1/runs': () => ({ headers: { 'millrace-sequence': '1' }, json: runRecord({ state }) }),
    });
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', ['parser'])
      .process(file, { ...nothing, waitTimeout: 300 })
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
    'of %s that is shorter than a long poll ends with the last state, and then waits to its very end',
    async (method) => {
      const asked: number[] = [];
      const { client } = await millraceService({
        '/v1/runs': ({ path }) => {
          const seconds = Number(new URL(path, 'http://host').searchParams.get('wait'));
          asked.push(seconds);
          // the answer of a server that held it back for so long
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
      expect(asked[0]).toBeLessThanOrEqual(0.5);
    },
  );

  it('takes timeout as the limit of one request, and waitTimeout as that of the whole wait', async () => {
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

  it('ends at once, not when the request under way is answered', async () => {
    const { client } = await millraceService({ '/v1/runs': () => undefined });
    const started = performance.now();
    const failure = client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({ ...nothing, waitTimeout: 200 });
    await expect(failure).rejects.toBeInstanceOf(WaitTimeoutError);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is over when the run is gone', async () => {
    const error = { code: 'not_found', message: 'There is no such run', exchangeId: 'q1' };
    const { client } = await millraceService({ '/v1/runs': { status: 404, json: { error } } });
    const failure = client.createPipeline('notes', ['parser']).attach(runId).wait(nothing);
    await expect(failure).rejects.toMatchObject({ name: 'NotFoundError', status: 404, exchangeId: 'q1' });
  });

  it.each(['failed', 'cancelled', 'crashed'] as const)('throws for a run that ended %s', async (state) => {
    const { client } = await millraceService({
      '/v1/runs': { headers: { 'millrace-sequence': '4' }, json: runRecord({ state }) },
    });
    const failure = client.createPipeline('notes', ['parser']).attach(runId).wait(nothing);
    await expect(failure).rejects.toMatchObject({ code: 'process_failed', status: { state } });
  });

  it('passes on an error of the callback as it is', async () => {
    const { client } = await millraceService();
    const mine = new RangeError('mine');
    const failure = client
      .createPipeline('notes', ['parser'])
      .attach(runId)
      .wait({
        ...nothing,
        onStatus: () => {
          throw mine;
        },
      });
    await expect(failure).rejects.toBe(mine);
  });

  it('asks for every change only when someone wants to know of them', async () => {
    const { client, paths } = await millraceService({
      '/v1/runs': changing(runRecord(), runRecord(), runRecord({ state: 'completed' })),
    });
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.attach(runId).wait({ ...nothing, onStatus: () => undefined });
    expect(
      paths()
        .filter((path) => path.startsWith('/v1/runs'))
        .map((path) => path.split('?')[1]),
    ).toEqual(['wait=25&since=0', 'wait=25&since=1', 'wait=25&since=2']);
  });

  it('can be done twice, and by several at once, with one loop', async () => {
    const { client, to } = await millraceService({
      '/v1/runs': changing(runRecord(), runRecord({ state: 'completed' })),
    });
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    const [first, second] = await Promise.all([run.wait(nothing), run.wait(nothing)]);
    expect(first).toEqual(second);
    const looks = to('/v1/runs').length;
    await run.wait(nothing);
    expect(to('/v1/runs')).toHaveLength(looks);
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

  it('tells its story to an iterator, from the upload to the end', async () => {
    const { client } = await millraceService({
      '/v1/runs': changing(runRecord({ state: 'pending' }), runRecord(), runRecord({ state: 'completed' })),
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

  it('stops asking when its iterator is left', async () => {
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

  it('belongs to its pipeline: the run of another is not found', async () => {
    const { client } = await millraceService();
    const failure = client.createPipeline('letters', ['parser']).processStatus(runId);
    await expect(failure).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});

it('verbose prints whole lines to stderr, one for each change of state', async () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const { client } = await hostedService({ '/krixik-core-process-status': stepping() });
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
