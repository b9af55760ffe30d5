import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { TimeoutError } from 'millrace';
import { describe, expect, it, vi } from 'vitest';
import { fileId, millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';

describe('a wait for a run', () => {
  it('uses node:http without a socket timeout, never fetch with its hidden timeout of five minutes', async () => {
    const sockets: Socket[] = [];
    const agent = new Agent({ keepAlive: true });
    const fetch = vi.spyOn(globalThis, 'fetch');
    let timeouts: (number | undefined)[] = [];
    agent.on('free', (socket: Socket) => sockets.push(socket));
    const { client } = await millraceService(
      {
        '/v1/runs': () => {
          timeouts = Object.values(agent.sockets).flatMap((open) => (open ?? []).map((socket) => socket.timeout));
          return { headers: { 'millrace-sequence': '1' }, json: runRecord({ state: 'completed' }) };
        },
      },
      { httpAgent: agent },
    );
    await client.createPipeline('notes', ['parser']).attach(runId).wait({ downloadOutput: false });
    // one connection, which waits for the response without a timeout
    expect(timeouts.map((milliseconds) => milliseconds ?? 0)).toEqual([0]);
    expect(fetch).not.toHaveBeenCalled();
    fetch.mockRestore();
    agent.destroy();
  });
});

it('a watch of a batch rejects if the stream of events does not begin within the timeout', async () => {
  const { client } = await millraceService({ '/v1/batches': () => undefined });
  const watch = client.batches.watch(fileId, { timeout: 200, retryFor: 0 });
  const failure: unknown = await watch.next().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TimeoutError);
  expect((failure as Error).message).toContain(' 200 ms');
});
