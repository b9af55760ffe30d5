import { ResponseShapeError } from '../../errors/response-error.js';

/** An address that a server gave for an upload or a download. @throws `ResponseShapeError` */
export function absoluteUrl(text: string, what: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // said below, in the same words
  }
  throw new ResponseShapeError(`Could not ${what}: the server gave an address that is none.`, undefined);
}
