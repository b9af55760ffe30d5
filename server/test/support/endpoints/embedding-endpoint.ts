import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SettingsInput } from '../../../src/settings/config.js';

export interface EmbeddingEndpoint {
  readonly settings: NonNullable<SettingsInput['endpoints']>;
  /** The dimension of the vectors. If it is 0, every request is refused. */
  dimension: number;
  /** Whether all vectors are zero. */
  returnsZeros: boolean;
  /** Whether requests get no response. */
  isHanging: boolean;
  /** The number of requests that clients have aborted. */
  abandoned: number;
  /** All texts of the requests. */
  readonly texts: string[];
  close(): Promise<void>;
}

/** Starts a local OpenAI-compatible server, which only has the model `all-mpnet-base-v2`. */
export async function startEmbeddingEndpoint(): Promise<EmbeddingEndpoint> {
  const state = { dimension: 16, returnsZeros: false, isHanging: false, abandoned: 0, texts: [] as string[] };
  const server = createServer((request, response) => {
    void readJson(request).then(({ input }) => {
      const list = [input].flat();
      state.texts.push(...list);
      response.on('close', () => {
        if (!response.writableEnded) state.abandoned++;
      });
      if (state.isHanging) return;
      const data = list.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: state.returnsZeros ? Array<number>(state.dimension).fill(0) : embed(text, state.dimension),
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

/** Returns a vector that differs between texts and is never zero. */
function embed(text: string, dimension: number): number[] {
  const sum = Buffer.from(text).reduce((total, byte) => (total * 31 + byte) % 65_537, 7);
  return Array.from({ length: dimension }, (_, i) => Math.sin((i + 1) * (sum + 1)));
}
