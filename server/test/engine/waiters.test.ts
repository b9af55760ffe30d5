import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const text = 'A thousand eyes. One clock.';

/** Starts a long poll on its own connection. `sent` resolves when the request has been written. */
function startLongPoll(processId: string): { sent: Promise<void>; state: Promise<string>; disconnect: () => void } {
  const { url, apiKey } = server;
  const get = request(`${url}/v1/runs/${processId}?wait=60`, {
    agent: false,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const sent = new Promise<void>((resolve) => get.once('finish', resolve));
  const state = new Promise<string>((resolve, reject) => {
    get.once('error', reject);
    get.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve((JSON.parse(Buffer.concat(chunks).toString()) as RunStatus).state));
    });
  });
  get.end();
  return { sent, state, disconnect: () => get.destroy() };
}

describe('many long polls on one run', () => {
  it('all get a response when the run ends', async () => {
    const { client, v1 } = server;
    const file = await client.add('crowd', ['summarize'], text);
    const waiters = Array.from({ length: 1000 }, () => startLongPoll(file.processId));
    await Promise.all(waiters.map(({ sent }) => sent));
    await v1.run(file.processId, '?wait=1');
    await v1.cancel(file.processId);
    const states = await Promise.all(waiters.map(({ state }) => state));
    expect(new Set(states)).toEqual(new Set(['cancelled']));
  });

  it('still get a response after other clients have disconnected', async () => {
    const { client, v1 } = server;
    const file = await client.add('leaving', ['summarize'], text);
    const waiters = Array.from({ length: 200 }, () => startLongPoll(file.processId));
    await Promise.all(waiters.map(({ sent }) => sent));
    await v1.run(file.processId, '?wait=0.5');
    const [leaving, staying] = [waiters.slice(0, 150), waiters.slice(150)];
    const disconnected = Promise.allSettled(leaving.map(({ state }) => state));
    for (const { disconnect } of leaving) disconnect();
    await v1.cancel(file.processId);
    expect(await Promise.all(staying.map(({ state }) => state))).toEqual(staying.map(() => 'cancelled'));
    expect((await disconnected).every(({ status }) => status === 'rejected')).toBe(true);
  });
});

describe('the response to a long poll', () => {
  it('arrives within milliseconds of the state change', async () => {
    const { client, v1 } = server;
    const delays: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const file = await client.add('quick', ['summarize'], text);
      const waiting = v1.run(file.processId, '?wait=60').then(() => performance.now());
      await v1.run(file.processId, '?wait=0.05');
      await v1.cancel(file.processId);
      const cancelled = performance.now();
      delays.push((await waiting) - cancelled);
    }
    // the fastest of ten: a busy machine may delay some responses, but a server that polls would delay all of them
    expect(Math.min(...delays)).toBeLessThan(100);
  });
});

describe('a server that processes a large file', () => {
  it('keeps responding to other requests', async () => {
    const { client, v1, url } = server;
    const line = 'Sparrows sat on the wire, one beside the other, and none of them sang.\n';
    const file = await client.add('large', ['keyword-db'], line.repeat(30_000));
    let responsesWhileRunning = 0;
    for (;;) {
      const { body } = await v1.run(file.processId);
      if (body.finishedAt !== null) {
        expect(body.state).toBe('completed');
        break;
      }
      const responses = await Promise.all([fetch(`${url}/health`), fetch(`${url}/ready`), client.list('large')]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
      if (body.state === 'running') responsesWhileRunning += 1;
      // without a pause, these requests would use more CPU time than the module
      await sleep(20);
    }
    // a server that ran the module on its event loop would not respond before the module ends
    expect(responsesWhileRunning).toBeGreaterThan(5);
  });
});
