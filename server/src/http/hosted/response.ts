import type { FileSelection } from '../../store/tables/files/select-files.js';

/**
 * A hosted protocol response. An error response contains every key that clients read, because a missing key would make clients throw an
 * unrelated error.
 */
export interface HostedResponse {
  readonly status: 200 | 400 | 403 | 413 | 500 | 503;
  readonly body: Readonly<Record<string, unknown>>;
  /** A key whose integer values are written as floats (`0.0` instead of `0`), because Python clients would parse `0` as an integer. */
  readonly floatKey?: string;
}

export function ok(body: HostedResponse['body']): HostedResponse {
  return { status: 200, body };
}

interface HostedErrorFields {
  readonly pipeline?: string | null;
  readonly requestId: string;
  readonly fileId?: string | null;
  readonly message: string;
  /** A machine-readable error code, which the hosted service's clients ignore. */
  readonly code: string;
  readonly items?: null | [];
}

export function hostedError(status: HostedResponse['status'], error: HostedErrorFields): HostedResponse {
  return {
    status,
    body: {
      pipeline: error.pipeline ?? null,
      request_id: error.requestId,
      file_id: error.fileId ?? null,
      message: error.message,
      warnings: [],
      items: error.items === undefined ? [] : error.items,
      process_output: null,
      code: error.code,
    },
  };
}

/** A warning: an object whose only key is the message. The value is a list of details, such as the affected file ids. */
export type Warning = Readonly<Record<string, unknown>>;

/**
 * Returns warnings that list the values that matched no file: one warning for the file ids, then one for all other arguments, as in the
 * hosted service.
 */
export function getSelectionWarnings({ missingIds, misses }: FileSelection): Warning[] {
  return [
    ...(missingIds.length > 0 ? [{ 'WARNING: the following file_ids were not found': missingIds }] : []),
    ...(misses.length > 0 ? [{ 'WARNING: the following arguments returned zero results': misses }] : []),
  ];
}

/** Formats a date as `YYYY-MM-DD HH:MM:SS` in UTC, the only format that clients can parse. */
export function formatTimestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

export function toResponse({ status, body, floatKey }: HostedResponse): Response {
  const text = toAsciiJson(body);
  return createJsonResponse(status, floatKey === undefined ? text : writeFloats(text, floatKey));
}

/** Returns a JSON response with only ASCII characters, so that clients that guess the encoding parse it correctly. */
export function createAsciiResponse(status: number, body: unknown): Response {
  return createJsonResponse(status, toAsciiJson(body));
}

function createJsonResponse(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8' } });
}

function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Appends `.0` to a key's integer values. The pattern cannot match inside a JSON string, because quotation marks are escaped there. */
function writeFloats(json: string, key: string): string {
  return json.replaceAll(new RegExp(`("${key}":-?\\d+)(?=[,}])`, 'g'), '$1.0');
}
