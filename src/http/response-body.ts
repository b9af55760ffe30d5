/** Parses a string. Returns `undefined` if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The error fields of a response, in the format of either the hosted protocol or `/v1`. */
export interface ErrorFields {
  readonly message: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

export function readErrorFields(body: unknown): ErrorFields {
  const outer = asObject(body);
  const inner = asObject(outer['error']);
  return {
    message: asString(inner['message']) ?? asString(outer['message']),
    code: asString(inner['code']) ?? asString(outer['code']),
    requestId: asString(inner['requestId']) ?? asString(outer['request_id']),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
