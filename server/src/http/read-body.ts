import type { Context } from 'hono';
import { ApiError } from './api-error.js';
import type { RouteEnv } from './http-context.js';

/**
 * Reads a JSON body whatever its content type: clients of the hosted protocol send JSON as `text/plain`.
 *
 * @throws `ApiError` 413 past the limit, as soon as it is passed; 400 when it is not JSON.
 */
export async function readJson(c: Context<RouteEnv>, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of c.env.incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ApiError(413, 'too_large', `Expected a request body of at most ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'validation', 'Expected the request body to be JSON');
  }
}
