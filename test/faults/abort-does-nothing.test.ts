import { getEventListeners } from 'node:events';
import { Client, type Pipeline } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fileId, hostedService, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

type Keyword = Pipeline<readonly ['keyword-db']>;
type Call = (pipeline: Keyword, client: Client, signal: AbortSignal) => Promise<unknown>;

const everyPath = ['/v1', '/v1/runs', '/cli-checkin', '/krixik-core-delete', '/krixik-core-fetch-output'];
const all = { symbolicDirectoryPaths: ['/*'] };

const calls: [string, Call][] = [
  ['verify()', (_p, client, signal) => client.verify({ signal })],
  ['serverInfo()', (_p, client, signal) => client.serverInfo({ signal })],
  ['listModules()', (_p, client, signal) => client.listModules({ signal })],
  ['runs.get()', (_p, client, signal) => client.runs.get(runId, { signal })],
  ['runs.list()', (_p, client, signal) => client.runs.list({}, { signal })],
  ['runs.cancel()', (_p, client, signal) => client.runs.cancel(runId, { signal })],
  ['runs.delete()', (_p, client, signal) => client.runs.delete(runId, { signal })],
  ['process()', async (p, _c, signal) => p.process(await textFile(await scratch()), { signal, downloadOutput: false })],
  ['testInput()', async (p, _c, signal) => p.testInput(await textFile(await scratch()), { signal })],
  ['processStatus()', (p, _c, signal) => p.processStatus(runId, { signal })],
  ['attach().wait()', (p, _c, signal) => p.attach(runId).wait({ signal, downloadOutput: false })],
  ['attach().cancel()', (p, _c, signal) => p.attach(runId).cancel({ signal })],
  ['list()', (p, _c, signal) => p.list(all, { signal })],
  ['update()', (p, _c, signal) => p.update(fileId, { expireTime: 5000 }, { signal })],
  ['delete()', (p, _c, signal) => p.delete(fileId, { signal })],
  ['fetchOutput()', (p, _c, signal) => p.fetchOutput(fileId, { signal, downloadOutput: false })],
  ['showTree()', (p, _c, signal) => p.showTree('/*', { signal })],
  ['keywordSearch()', (p, _c, signal) => p.keywordSearch('kettle', { ...all, signal })],
  ['reset()', (p, _c, signal) => p.reset({ signal })],
];

describe.each(calls)('%s', (_name, call) => {
  it('sends no request if its signal is already aborted', async () => {
    const { client, requests } = await millraceService();
    const pipeline = client.createPipeline('notes', ['keyword-db']);
    const reason = new Error('too late');
    await expect(call(pipeline, client, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  it('rejects if the aborted signal is a polyfill without reason and throwIfAborted', async () => {
    const { client, requests } = await millraceService();
    const pipeline = client.createPipeline('notes', ['keyword-db']);
    const signal = Object.assign(new EventTarget(), { aborted: true }) as AbortSignal;
    await expect(call(pipeline, client, signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toEqual([]);
  });

  it('rejects with the reason on abort, and removes its listeners', async () => {
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const silent = () => {
      stop.abort(reason);
      return undefined;
    };
    const { client } = await millraceService(Object.fromEntries(everyPath.map((path) => [path, silent])));
    const pipeline = client.createPipeline('notes', ['keyword-db']);
    await expect(call(pipeline, client, stop.signal)).rejects.toBe(reason);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('removes its listeners when it succeeds or fails', async () => {
    const stop = new AbortController();
    const { client } = await hostedService();
    const pipeline = client.createPipeline('notes', ['keyword-db']);
    await call(pipeline, client, stop.signal).catch(() => undefined);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

it('an abort interrupts a retry delay of 30 seconds', async () => {
  const stop = new AbortController();
  const { client } = await hostedService({ '/cli-checkin': { status: 503, headers: { 'retry-after': '30' } } });
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    stop.abort(new Error('enough'));
  }, 300);
  await expect(client.verify({ signal: stop.signal })).rejects.toThrow('enough');
  expect(performance.now() - aborted).toBeLessThan(20_000);
});

it('an abort interrupts a pending apiKey function', async () => {
  const stop = new AbortController();
  const client = new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: () => new Promise(() => undefined) });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(client.verify({ signal: stop.signal })).rejects.toThrow('enough');
});
