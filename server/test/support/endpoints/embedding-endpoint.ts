import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SettingsInput } from '../../../src/settings/config.js';

export interface EmbeddingEndpoint {
  readonly settings: NonNullable<SettingsInput['endpoints']>;
  /** Numbers in a vector; 0 refuses every request. */
  dimension: number;
  /** Returns vectors without a direction. */
  zeros: boolean;
  /** Never sends a response. */
  hold: boolean;
  /** Requests that the client gave up. */
  abandoned: number;
  /** Every text that was embedded. */
  readonly texts: string[];
  close(): Promise<void>;
}

/** An OpenAI-compatible server on this machine, which has `all-mpnet-base-v2` and no other model. */
export async function startEndpoint(): Promise<EmbeddingEndpoint> {
  const state = { dimension: 16, zeros: false, hold: false, abandoned: 0, texts: [] as string[] };
  const server = createServer((request, response) => {
    void readJson(request).then(({ input }) => {
      const list = [input].flat();
      state.texts.push(...list);
      response.on('close', () => {
        if (!response.writableEnded) state.abandoned++;
      });
      if (state.hold) return;
      const data = list.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: state.zeros ? Array<number>(state.dimension).fill(0) : embed(text, state.dimension),
      }));
      response.writeHead(state.dimension === 0 ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(state.dimension === 0 ? { error: { message: 'no' } } : { object: 'list', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return Object.assign(state, {
    settings: { 'text-embedder': { baseUrl, models: { 'all-mpnet-base-v2': 'upstream' } } },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

async function readJson(request: IncomingMessage): Promise<{ input: string | string[] }> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as { input: string | string[] };
}

/** Different for different texts, and never zeros. */
function embed(text: string, dimension: number): number[] {
  const sum = Buffer.from(text).reduce((total, byte) => (total * 31 + byte) % 65_537, 7);
  return Array.from({ length: dimension }, (_, i) => Math.sin((i + 1) * (sum + 1)));
}
