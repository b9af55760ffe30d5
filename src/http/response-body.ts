import { ResponseShapeError } from '../errors/response-error.js';

/** Parses JSON. Returns `undefined` if the text is not valid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns whether a body is a web page. Neither the hosted protocol nor `/v1` sends web pages. */
export function isWebPage(body: unknown): boolean {
  return typeof body === 'string' && /^\s*(?:<!--[^]*?-->\s*)*<(?:!doctype\s+html|html)\b/i.test(body.slice(0, 2000));
}

/** Creates the error for a response that is not from a Millrace or Krixik server. */
export function createWrongServerError(action: string, apiUrl: string, body: unknown): ResponseShapeError {
  const got = isWebPage(body) ? 'responded with a web page' : 'did not respond with JSON';
  return new ResponseShapeError(
    `Could not ${action}: ${new URL(apiUrl).origin} ${got}, so it is not a Millrace or Krixik server. Check the API URL.`,
    body,
  );
}

/** The fields of an error response, in the format of either the hosted protocol or `/v1`. */
export interface ErrorFields {
  readonly message: string | undefined;
  readonly code: string | undefined;
  /** The id of the HTTP exchange, which the hosted protocol calls `request_id`. */
  readonly exchangeId: string | undefined;
}

export function parseErrorFields(body: unknown): ErrorFields {
  const outer = asObject(body);
  const inner = asObject(outer['error']);
  return {
    message: asNonEmptyString(inner['message']) ?? asNonEmptyString(outer['message']),
    code: asNonEmptyString(inner['code']) ?? asNonEmptyString(outer['code']),
    exchangeId: asNonEmptyString(inner['exchangeId']) ?? asNonEmptyString(outer['request_id']),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asNonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
