import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';

describe('hidden five-minute timeouts', () => {
  it('are nowhere: requests go through node:http without a timeout on the socket, never through fetch', async () => {
    const sockets: Socket[] = [];
    const agent = new Agent({ keepAlive: true });
    const fetch = vi.spyOn(globalThis, 'fetch');
    let patience: (number | undefined)[] = [];
    agent.on('free', (socket: Socket) => sockets.push(socket));
    const { client } = await millraceService(
      {
        '/v1/runs': () => {
          patience = Object.values(agent.sockets).flatMap((open) => (open ?? []).map((socket) => socket.timeout));
          return { headers: { 'millrace-sequence': '1' }, json: runRecord({ state: 'completed' }) };
        },
      },
      { httpAgent: agent },
    );
    await client.createPipeline('notes', ['parser']).attach(runId).wait({ downloadOutput: false });
    // one connection, held for the answer for as long as it takes
    expect(patience.map((milliseconds) => milliseconds ?? 0)).toEqual([0]);
    expect(fetch).not.toHaveBeenCalled();
    fetch.mockRestore();
    agent.destroy();
  });
});
