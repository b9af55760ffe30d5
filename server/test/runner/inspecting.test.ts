import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startFixtureRunner } from './fixture-runner.js';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('a pool with an inspector has a single process, and applies no deadline', async () => {
  const inspectPort = await freePort();
  const { run } = await startFixtureRunner({ inspectPort, concurrency: 4, taskTimeoutMs: 1 });

  const results = await Promise.all([run('echo'), run('echo'), run('echo')]);

  expect(new Set(results.map(({ facts }) => facts.pid)).size).toBe(1);
  const targets = (await (await fetch(`http://127.0.0.1:${inspectPort}/json`)).json()) as { url: string }[];
  expect(targets[0]?.url).toContain('runner-child.js');
});
