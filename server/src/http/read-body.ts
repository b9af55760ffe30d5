import type { Context } from 'hono';
import { ApiError } from './api-error.js';
import type { RouteEnv } from './http-context.js';

/**
 * Reads a JSON body whatever its content type: clients of the hosted protocol send JSON as `text/plain`.
 *
 * @throws `ApiError` 413 past the limit, as soon as it is passed; 400 when it is not JSON or breaks off.
 */
export async function readJson(c: Context<RouteEnv>, maxBytes: number): Promise<unknown> {
  const text = (await readLimited(c, maxBytes)).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'validation', 'Expected the request body to be JSON');
  }
}

async function readLimited(c: Context<RouteEnv>, maxBytes: number): Promise<Buffer> {
  const { incoming } = c.env;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // not destroyed when the loop is left: the answer still has to go out
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ApiError(400, 'incomplete', 'The request broke off');
  }
  if (bytes > maxBytes) {
    incoming.resume();
    throw new ApiError(413, 'too_large', `Expected a request body of at most ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}
