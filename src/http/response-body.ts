/** Parses a text; returns `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The error fields of a response, in the form of the hosted protocol or of `/v1`. */
export interface ServerWords {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

export function readServerWords(body: unknown): ServerWords {
  const outer = asObject(body);
  const inner = asObject(outer['error']);
  return {
    message: asText(inner['message']) ?? asText(outer['message']),
    code: asText(inner['code']) ?? asText(outer['code']),
    requestId: asText(inner['requestId']) ?? asText(outer['request_id']),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
