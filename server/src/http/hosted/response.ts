import { asciiJson } from '../ascii-json.js';

/**
 * The body of an answer of the hosted protocol. Clients of it fail on a missing key rather than on an error, so an error carries
 * every key that any of them reads.
 */
export interface HostedResponse {
  readonly status: 200 | 400 | 403 | 413 | 500;
  readonly body: Readonly<Record<string, unknown>>;
  /** The key of numbers that Python shall read as floats, `0.0` and not `0`. */
  readonly floatKey?: string;
}

export function ok(body: HostedResponse['body']): HostedResponse {
  return { status: 200, body };
}

export interface Refusal {
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

export function toResponse(response: HostedResponse): Response {
  const { body, floatKey } = response;
  const text = asciiJson(body);
  return new Response(floatKey === undefined ? text : withFloats(text, floatKey), {
    status: response.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}

/** Gives whole numbers under a key a fraction. Inside a text the key's own quotes would have a backslash before them. */
function withFloats(json: string, key: string): string {
  return json.replaceAll(new RegExp(`("${key}":-?\\d+)(?=[,}])`, 'g'), '$1.0');
}
