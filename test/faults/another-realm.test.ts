import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiKey, hostedService, millraceService } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';
import { jsdomRealm, loadInRealm, nodeRealm } from '../support/realm.js';

const browserAxios = new URL('../../node_modules/axios/dist/browser/axios.cjs', import.meta.url);

const realms = [
  ['node', nodeRealm],
  ['jsdom', jsdomRealm],
] as const;

describe.each(realms)('the SDK in the %s environment of Jest', (_name, makeRealm) => {
  async function startInRealm(start: typeof hostedService = millraceService) {
    const realm = makeRealm();
    const millrace = loadInRealm(realm);
    const server = await start();
    const client = new millrace.Client({ apiUrl: server.url, apiKey, logLevel: 'off' });
    onTestFinished(() => void client.close());
    const run = (code: string): unknown => runInContext(code, realm);
    return { ...server, millrace, pipeline: client.createPipeline('notes', ['parser']), run };
  }

  it.each([
    ['a Millrace server', millraceService],
    ['a server of the hosted protocol', hostedService],
  ])('processes a file on %s', async (_server, start) => {
    const { pipeline } = await startInRealm(start);
    const directory = await scratch();
    const result = await pipeline.process(await textFile(directory), { localSaveDirectory: join(directory, 'out') });
    expect(result.output).toEqual([{ snippet: 'It was a bright cold day.', line_numbers: [1] }]);
  });

  it('processes a batch with a manifest and a signal', async () => {
    const { pipeline, run } = await startInRealm();
    const directory = await scratch();
    const batch = pipeline.processMany([await textFile(directory)], {
      manifest: join(directory, 'm.jsonl'),
      localSaveDirectory: join(directory, 'out'),
      signal: run('new AbortController().signal') as AbortSignal,
    });
    expect(await batch.all()).toMatchObject({ succeeded: 1, failed: 0 });
  });

  it('names a missing file', async () => {
    const { pipeline, requests } = await startInRealm();
    const path = join(await scratch(), 'nope.txt');
    await expect(pipeline.process(path)).rejects.toThrow(`There is no file at ${path}`);
    expect(requests).toEqual([]);
  });

  it('rejects with the reason of an aborted signal', async () => {
    const { pipeline, run } = await startInRealm();
    const stop = run('new AbortController()') as AbortController;
    const reason = run("new Error('changed my mind')") as Error;
    stop.abort(reason);
    const file = await textFile(await scratch());
    await expect(pipeline.process(file, { signal: stop.signal })).rejects.toBe(reason);
    await expect(pipeline.processMany([file], { signal: stop.signal }).all()).rejects.toBe(reason);
    await expect(pipeline.list({ symbolicDirectoryPaths: ['/*'] }, { signal: stop.signal })).rejects.toBe(reason);
  });

  it.each([
    ['the realm', "new Error('tape torn')"],
    ['Node', undefined],
  ])('records the message of an error from %s', async (_from, code) => {
    const { millrace, run } = await startInRealm();
    const thrown = code === undefined ? new Error('tape torn') : (run(code) as Error);
    const failing = millrace.task('play', () => Promise.reject(thrown));
    const handle = failing.start();
    await expect(handle.result()).rejects.toThrow('tape torn');
    expect((await handle.wait()).error?.message).toBe('tape torn');
  });
});

it('a realm that loads the browser build of axios fails with instructions for the Node build', async () => {
  const { Client } = loadInRealm(jsdomRealm(), { axios: fileURLToPath(browserAxios) });
  const client = new Client({ apiUrl: 'http://127.0.0.1:9', apiKey, logLevel: 'off' });
  const failure = client.runs.list();
  await expect(failure).rejects.toThrow(/customExportConditions/);
  await expect(failure).rejects.toMatchObject({ code: 'configuration' });
});
