import { startServer } from '@millrace/server';
import { Client, pipeline, type RunSummary } from 'millrace';
import { expect, it, onTestFinished } from 'vitest';
import { startLocalServer } from '../support/local-server.js';

const grind = pipeline<{ grain: string }>('grind').step('turn', ({ grain }) => ({ grain: grain.toUpperCase() }));
const mill = pipeline<{ grain: string }>('mill').step('turn', ({ grain }) => ({ grain }));

/** Collects the runs of `watchAll`. `opened` resolves once the watch is open: runs that start later are included. */
function watch(
  client: Client,
  filter: Parameters<Client['runs']['watchAll']>[0],
  onReset: () => void = () => undefined,
) {
  const stop = new AbortController();
  const received: RunSummary[] = [];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const ended = (async () => {
    const options = { signal: stop.signal, onOpen: () => open(), onReset };
    for await (const run of client.runs.watchAll(filter, options)) received.push(run);
  })();
  ended.catch(() => undefined);
  onTestFinished(() => stop.abort());
  return { received, opened, ended, stop };
}

async function reportRun(client: Client, of: typeof grind | typeof mill): Promise<string> {
  const run = of.start({ grain: 'oats' }, { report: client });
  await run.wait();
  await client.flush();
  return run.id;
}

it('watchAll yields changed runs that match the filter, and continues after a server restart', async () => {
  const server = await startLocalServer({ worker: false });
  onTestFinished(() => server.close());
  const client = server.connect({ retryFor: 60_000 });
  let resets = 0;
  const { received, opened, ended, stop } = watch(client, { of: 'grind', state: 'completed' }, () => {
    resets += 1;
  });
  await opened;
  await reportRun(client, mill);
  const first = await reportRun(client, grind);
  await expect.poll(() => received.map(({ requestId }) => requestId)).toEqual([first]);
  const [listed] = (await client.runs.list({ of: 'grind' })).items;
  expect({ ...received[0] }).toEqual({ ...listed });

  await server.close();
  const again = await startServer({
    dataDir: server.dataDir,
    // closing the first server deleted its data
    firstKey: server.apiKey,
    port: Number(new URL(server.url).port),
    worker: false,
    logLevel: 'error',
    graceSeconds: 1,
  });
  onTestFinished(() => again.close());
  await expect.poll(() => resets).toBe(1);
  const second = await reportRun(new Client({ apiUrl: again.url, apiKey: again.apiKey }), grind);
  await expect.poll(() => received.at(-1)?.requestId).toBe(second);
  stop.abort(new Error('enough'));
  await expect(ended).rejects.toThrow('enough');
});

it('watchAll rejects an invalid filter, an invalid option and an unknown API key', async () => {
  const server = await startLocalServer({ worker: false });
  onTestFinished(() => server.close());
  const first = async (client: Client, ...args: Parameters<Client['runs']['watchAll']>) => {
    for await (const run of client.runs.watchAll(...args)) return run;
    return undefined;
  };
  const client = server.connect();
  await expect(first(client, { off: 'grind' } as object)).rejects.toThrow(/off/);
  await expect(first(client, {}, { retryFor: -1 })).rejects.toThrow(/retryFor/);
  const unauthorized = server.connect({ apiKey: '11111111-2222-4333-8444-555555555555' });
  await expect(first(unauthorized)).rejects.toMatchObject({ code: 'authentication' });
});
