import { ResponseShapeError } from '../../errors/response-error.js';

/** Parses an upload or download URL from the server. @throws `ResponseShapeError` if the URL is invalid. */
export function parseTransferUrl(text: string, action: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // the error is thrown below
  }
  throw new ResponseShapeError(`Could not ${action}: the server sent an invalid URL.`, undefined);
}
