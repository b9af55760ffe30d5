import { asciiJson } from '../ascii-json.js';

/**
 * The body of an answer of the hosted protocol. Clients of it fail on a missing key rather than on an error, so an error carries
 * every key that any of them reads.
 */
export interface HostedAnswer {
  readonly status: 200 | 400 | 403 | 413 | 500;
  readonly body: Readonly<Record<string, unknown>>;
}

export function ok(body: HostedAnswer['body']): HostedAnswer {
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

export function refuse(status: HostedAnswer['status'], refusal: Refusal): HostedAnswer {
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

export function toResponse(answer: HostedAnswer): Response {
  return new Response(asciiJson(answer.body), {
    status: answer.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}
