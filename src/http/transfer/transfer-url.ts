import { ResponseShapeError } from '../../errors/response-error.js';

/** Parses an upload or download URL from the server. @throws `ResponseShapeError` if the text is not a valid http or https URL. */
export function parseTransferUrl(text: string, action: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // fall through to the error below
  }
  throw new ResponseShapeError(`Could not ${action}: the server sent an invalid URL.`, undefined);
}
