import { ResponseShapeError } from '../../errors/response-error.js';

/** Parses an upload or download URL received from the server. @throws `ResponseShapeError` */
export function parseTransferUrl(text: string, what: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // the error is thrown below
  }
  throw new ResponseShapeError(`Could not ${what}: the server sent an invalid URL.`, undefined);
}
