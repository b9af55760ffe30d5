import type { FileSelection } from '../../store/tables/files/select-files.js';

/**
 * A hosted protocol response. Clients throw an unrelated error if a key is missing, so an error response contains every key that
 * any client reads.
 */
export interface HostedResponse {
  readonly status: 200 | 400 | 403 | 413 | 500 | 503;
  readonly body: Readonly<Record<string, unknown>>;
  /** The key whose numbers Python clients must parse as floats. An integer under it is written as `0.0` instead of `0`. */
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
  /** An error code for programs. Clients of the original protocol ignore it. */
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

/** A warning: an object with a single entry. Responses to `process` do not use this type. */
export type Warning = Readonly<Record<string, unknown>>;

/**
 * Returns warnings for arguments without matches. Clients rely on the order: first the ids, then all other arguments in one list.
 */
export function selectionWarnings({ missingIds, misses }: FileSelection): Warning[] {
  return [
    ...(missingIds.length > 0 ? [{ 'WARNING: the following file_ids were not found': missingIds }] : []),
    ...(misses.length > 0 ? [{ 'WARNING: the following arguments returned zero results': misses }] : []),
  ];
}

/** Formats a date as `YYYY-MM-DD HH:MM:SS` in UTC, the only format that clients can parse. */
export function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

export function toResponse({ status, body, floatKey }: HostedResponse): Response {
  const text = asciiJson(body);
  return jsonResponse(status, floatKey === undefined ? text : withFloats(text, floatKey));
}

/** Returns a JSON response in ASCII, so that clients that guess the encoding still parse it correctly. */
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

/** Appends `.0` to the integers under a key. Quotes inside a JSON string are escaped, so the pattern matches only keys. */
function withFloats(json: string, key: string): string {
  return json.replaceAll(new RegExp(`("${key}":-?\\d+)(?=[,}])`, 'g'), '$1.0');
}
