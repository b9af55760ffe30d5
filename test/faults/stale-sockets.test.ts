import { Client, type Pipeline } from 'millrace';
import { describe, expect, it } from 'vitest';
import { staleProxy } from '../support/stale-proxy.js';
import { fileId, hostedService, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const all = { symbolicDirectoryPaths: ['/*'] };
const bytes = Buffer.from('The kettle sang while rain kept time on the roof.');

type Call = (pipeline: Pipeline<readonly ['keyword-db']>, client: Client) => Promise<unknown>;
const calls: [string, Call][] = [
  ['verify()', (_p, client) => client.verify()],
  ['list()', (p) => p.list(all)],
  ['update()', (p) => p.update(fileId, { expireTime: 5000 })],
  ['delete()', (p) => p.delete(fileId)],
  ['keywordSearch()', (p) => p.keywordSearch('kettle', all)],
  ['processStatus()', (p) => p.processStatus(runId)],
  ['fetchOutput()', async (p) => p.fetchOutput(fileId, { localSaveDirectory: await scratch() })],
  ['process()', async (p) => p.process(bytes, { fileName: 'a.txt', localSaveDirectory: await scratch() })],
];

describe.each([
  ['hosted', hostedService],
  ['millrace', millraceService],
] as const)('a stale keep-alive socket of a %s server', (_kind, service) => {
  it.each(calls)('does not make %s fail, even without retries', async (name, call) => {
    const server = await service({
      '/krixik-core-update': { status: 400, json: { message: 'no such file', request_id: 'r' } },
    });
    const proxy = await staleProxy(server.url);
    const client = new Client({ apiUrl: proxy.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    const pipeline = client.createPipeline('notes', ['keyword-db']);
    const outcome = () => call(pipeline, client).then(() => 'done', String);
    await pipeline.list(all);
    const first = await outcome();
    expect(first).not.toMatch(/ECONNRESET|closed before/);
    expect(await outcome()).toBe(first);
    expect(proxy.closed()).toBeGreaterThan(0);
    const created = server.paths().filter((path) => path === '/krixik-core-process').length;
    expect(created).toBe(name === 'process()' ? 2 : 0);
    await client.close();
  });
});
