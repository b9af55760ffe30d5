import type { FileSelection } from '../../store/tables/select-files.js';

/**
 * A response of the hosted protocol. Its clients fail with their own error when a key is missing, so an error response has every
 * key that any of them reads.
 */
export interface HostedResponse {
  readonly status: 200 | 400 | 403 | 413 | 500;
  readonly body: Readonly<Record<string, unknown>>;
  /** The key of numbers that Python must read as floats: `0.0`, not `0`. */
  readonly floatKey?: string;
}

export function ok(body: HostedResponse['body']): HostedResponse {
  return { status: 200, body };
}

interface Refusal {
  readonly pipeline?: string | null;
  readonly requestId: string;
  readonly fileId?: string | null;
  readonly message: string;
  /** For programs; clients of the original protocol ignore it. */
  readonly code: string;
  readonly items?: null | [];
}

export function refuse(status: HostedResponse['status'], refusal: Refusal): HostedResponse {
  return {
    status,
    body: {
      pipeline: refusal.pipeline ?? null,
      request_id: refusal.requestId,
      file_id: refusal.fileId ?? null,
      message: refusal.message,
      warnings: [],
      items: refusal.items === undefined ? [] : refusal.items,
      process_output: null,
      code: refusal.code,
    },
  };
}

/** A warning outside of `process`: an object with one entry. */
export type Warning = Readonly<Record<string, unknown>>;

/** What did not match, in the order that clients rely on: ids first, then the other arguments in one list. */
export function selectionWarnings({ missingIds, misses }: FileSelection): Warning[] {
  return [
    ...(missingIds.length > 0 ? [{ 'WARNING: the following file_ids were not found': missingIds }] : []),
    ...(misses.length > 0 ? [{ 'WARNING: the following arguments returned zero results': misses }] : []),
  ];
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, the only format that clients parse. */
export function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

export function toResponse({ status, body, floatKey }: HostedResponse): Response {
  const text = asciiJson(body);
  return jsonResponse(status, floatKey === undefined ? text : withFloats(text, floatKey));
}

/** A JSON response in ASCII, so that clients that guess the encoding read it correctly. */
export function asciiResponse(status: number, body: unknown): Response {
  return jsonResponse(status, asciiJson(body));
}

function jsonResponse(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8' } });
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Adds `.0` to the whole numbers under a key. Quotes inside a JSON string are escaped, so the pattern matches keys only. */
function withFloats(json: string, key: string): string {
  return json.replaceAll(new RegExp(`("${key}":-?\\d+)(?=[,}])`, 'g'), '$1.0');
}
