import type { Context } from 'hono';
import type { Settings } from '../settings/config.js';
import { ApiError } from './api-error.js';
import type { RouteEnv } from './http-context.js';

/** The maximum nesting depth of a body. Valid requests have fewer levels; deeper nesting could overflow the stack in recursive checks. */
const maxDepth = 100;

/** The maximum number of keys in a body. Limits how long parsing blocks the event loop. */
const maxKeys = 200_000;

/** How long a connection may be idle while the server reads a body, in milliseconds. After that, the server closes the connection. */
const idleTimeoutMs = 30_000;

/** Matches an escaped U+0000 in JSON, but not an escaped backslash followed by `u0000`. */
const escapedNullPattern = /(?:^|[^\\])(?:\\\\)*\\u0000/;

type BodyLimits = Pick<Settings, 'maxBodyBytes' | 'bodySeconds'>;

/**
 * Reads a JSON body regardless of its content type, because hosted protocol clients send JSON as `text/plain`. Reads an empty body as `{}`.
 *
 * @throws `ApiError` 413 as soon as the body exceeds `maxBodyBytes`; 400 if it is not JSON, is nested too deeply, has too many keys,
 * contains U+0000, is incomplete, or has not arrived within `bodySeconds`.
 */
export async function readJson(c: Context<RouteEnv>, limits: BodyLimits): Promise<unknown> {
  const text = (await readBytes(c, limits)).toString('utf8');
  return text === '' ? {} : parseJson(text, 'the request body');
}

/**
 * @param name The name of the text in error messages, such as `the request body`.
 * @throws `ApiError` 400 if the text is not JSON, is nested too deeply, has too many keys or contains U+0000.
 */
export function parseJson(text: string, name: string): unknown {
  const exceededLimit = findExceededLimit(text);
  if (exceededLimit === 'depth') {
    throw new ApiError(400, 'validation', `Expected ${name} to be nested at most ${maxDepth} levels deep`);
  }
  if (exceededLimit === 'keys') {
    throw new ApiError(400, 'validation', `Expected ${name} to have at most ${maxKeys} keys`);
  }
  if (escapedNullPattern.test(text)) {
    throw new ApiError(400, 'validation', 'Expected text without the character U+0000, which cannot be stored');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'validation', `Expected ${name} to be JSON`);
  }
}

/**
 * Reads a whole body into memory.
 *
 * @throws `ApiError` 413 as soon as the body exceeds `maxBodyBytes`; 400 if it is incomplete or has not arrived within `bodySeconds`.
 */
export async function readBytes(c: Context<RouteEnv>, { maxBodyBytes, bodySeconds }: BodyLimits): Promise<Buffer> {
  const { incoming } = c.env;
  const chunks: Buffer[] = [];
  let bytes = 0;
  incoming.setTimeout(idleTimeoutMs, () => incoming.destroy());
  const deadline = setTimeout(() => incoming.destroy(), bodySeconds * 1000);
  try {
    // keep the socket open after the loop, because the response still has to be sent
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ApiError(400, 'incomplete', 'The connection closed before the request was complete');
  } finally {
    clearTimeout(deadline);
    incoming.setTimeout(0);
  }
  if (bytes > maxBodyBytes) {
    incoming.resume();
    throw new ApiError(413, 'too_large', `Expected a request body of at most ${maxBodyBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

/** Returns the limit that a JSON text exceeds first, without parsing the text. Counts each colon outside a string as a key. */
function findExceededLimit(text: string): 'depth' | 'keys' | undefined {
  let depth = 0;
  let keyCount = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isInString) {
      if (character === '\\') i++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === ':') keyCount++;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > maxDepth) return 'depth';
    if (keyCount > maxKeys) return 'keys';
  }
  return undefined;
}
