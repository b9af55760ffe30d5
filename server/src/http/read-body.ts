import type { Context } from 'hono';
import { ApiError } from './api-error.js';
import type { RouteEnv } from './http-context.js';

/** Deeper than any request, and far from where a recursive check would run out of stack. */
const deepest = 100;

/** A body that stops coming for so long is given up. */
const silenceMs = 30_000;

/** Its escape in JSON text, unless the backslash is itself escaped. */
const nullCharacter = /(?:^|[^\\])(?:\\\\)*\\u0000/;

/**
 * Reads a JSON body whatever its content type: clients of the hosted protocol send JSON as `text/plain`.
 *
 * @throws `ApiError` 413 past the limit, as soon as it is passed; 400 when it is not JSON, or not JSON
 * that the rest of the server can work with, or breaks off.
 */
export async function readJson(c: Context<RouteEnv>, maxBytes: number): Promise<unknown> {
  const text = (await readLimited(c, maxBytes)).toString('utf8');
  if (text === '') return {};
  if (isNestedTooDeeply(text)) {
    throw new ApiError(400, 'validation', `Expected the request body to be nested at most ${deepest} levels deep`);
  }
  if (nullCharacter.test(text)) {
    throw new ApiError(400, 'validation', 'Expected texts without the character U+0000, which no stored text can hold');
  }
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
  incoming.setTimeout(silenceMs, () => incoming.destroy());
  try {
    // not destroyed when the loop is left: the answer still has to go out
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ApiError(400, 'incomplete', 'The request broke off');
  } finally {
    incoming.setTimeout(0);
  }
  if (bytes > maxBytes) {
    incoming.resume();
    throw new ApiError(413, 'too_large', `Expected a request body of at most ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > deepest) return true;
  }
  return false;
}
