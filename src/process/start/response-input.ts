import type { ByteStream, ResponseInput } from '../../shared/types/files/file-input.js';
import { createInvalidFileError, isUsedUp } from './stream-input.js';

/** Returns a response's body. @throws `ValidationError` if the response is not successful, or if its body is missing or has been read. */
export function getResponseBody({ ok, status, url, body, bodyUsed }: ResponseInput): ByteStream {
  const from = url ? ` from ${redactUrl(url)}` : '';
  if (!ok) throw createInvalidFileError(`Expected a successful response${from}, got status ${status}`);
  if (!body) throw createInvalidFileError(`Expected a response with a body${from}, got status ${status} without one`);
  if (bodyUsed === true || isUsedUp(body)) {
    throw createInvalidFileError(
      `Expected an unread response${from}, but its body has already been read. Fetch it again`,
    );
  }
  return body;
}

/** Returns the file name from `Content-Disposition` (RFC 6266). Without such a name, returns the last segment of the URL's path, if any. */
export function getResponseName({ headers, url }: ResponseInput): string | undefined {
  const disposition = headers.get('content-disposition') ?? '';
  const encoded = /(?:^|[;\s])filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  const [, quoted, token] = /(?:^|[;\s])filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const plain = quoted?.replace(/\\(.)/g, '$1') ?? token;
  const name = (encoded === undefined ? undefined : decode(encoded)) ?? plain;
  const segment = name && getLastSegment(name);
  if (segment) return segment;
  return url ? decode(getLastSegment(url.replace(/[?#].*$/s, '').replace(/^[a-z]+:\/\/[^/]*/i, '')) ?? '') : undefined;
}

/** Returns the file's size in bytes, if known. Ignores the `Content-Length` of a compressed body, because it is the compressed size. */
export function getResponseSize({ headers }: ResponseInput): number | undefined {
  const length = headers.get('content-length') ?? '';
  const encoding = headers.get('content-encoding') ?? 'identity';
  return /^\d{1,15}$/.test(length) && encoding === 'identity' ? Number(length) : undefined;
}

/** Formats a URL for an error message, without credentials, query or fragment. */
export function redactUrl(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
}

function getLastSegment(path: string): string | undefined {
  return path.split(/[\\/]/).pop() || undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined;
  }
}
