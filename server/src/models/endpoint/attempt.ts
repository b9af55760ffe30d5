import type * as z from 'zod';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { exchange, type HttpRequest } from '../../system/exchange.js';
import { createEndpointUrl, createKeyHeader } from './endpoint-url.js';
import { createConnectionFault, createResponseFault, type Fault } from './fault.js';
import { parseBody } from './parse-body.js';
import type { RequestBody } from './request-body.js';
import { readServerMessage } from './server-message.js';

/** Maximum size of a response, in bytes. 32 vectors of 4096 numbers take 3 MB. */
const maxResponseBytes = 64 * 2 ** 20;
/** The name of the optional feature that adds `/v1` to a base URL without a path. */
export const versionPath = '/v1';
/** Statuses that servers return when they refuse a field. Some servers return 500 if the chat template fails. */
const fieldRefusalStatuses = [400, 404, 415, 422, 500, 501];

export interface EndpointRequest<T> {
  /** The path relative to the base URL, such as `chat/completions`. */
  readonly path: string;
  /** Returns the body without the features that the endpoint has refused. */
  body(refused: ReadonlySet<string>): RequestBody;
  /** The features that can be omitted, in the order to omit them. Each pattern matches error messages that refuse the feature. */
  readonly optional: Readonly<Record<string, RegExp>>;
  /** A description of the expected response, for the error "did not return …". */
  readonly expected: string;
  readonly schema: z.ZodType<T>;
  /** Converts a plain-text response. Absent if only JSON is acceptable. */
  readonly fromText?: (text: string) => unknown;
  /** Whether a response that was cached with `EndpointClient.cacheResponse` can be used. @default false */
  readonly usesCache?: boolean;
}

/** Thrown if the last attempt at a request fails. */
export class AttemptError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.reason);
    this.fault = fault;
  }
}

interface AttemptRequest {
  readonly settings: EndpointSettings;
  readonly model: string;
  /** The features that the endpoint has refused. */
  readonly refused: ReadonlySet<string>;
  readonly body: RequestBody;
}

interface AttemptOptions {
  /** Aborted when the time for all attempts has expired. */
  readonly signal: AbortSignal;
  /** Aborted when the client is stopped. */
  readonly stopSignal: AbortSignal;
  readonly previous: Fault | undefined;
  /** Called with the parsed body of the response, even if it is invalid. */
  readonly onResponse: (json: unknown) => void;
}

/**
 * Sends a request once and validates the response.
 *
 * @returns The response, or the fault of the attempt. The fault's `maxAttempts` and `retryAfterMs` determine whether and when to try again.
 * @throws {@link AttemptError} if the response is invalid or the time for all attempts has expired; the reason of `stopSignal` if aborted.
 */
export async function attempt<T>(
  { path, expected, schema, fromText }: EndpointRequest<T>,
  { settings: { baseUrl, apiKey, timeoutSeconds }, model, refused, body }: AttemptRequest,
  { signal, stopSignal, previous, onResponse }: AttemptOptions,
): Promise<{ readonly value: T } | { readonly fault: Fault }> {
  const url = createEndpointUrl(baseUrl, path, { model, isBare: refused.has(versionPath) });
  let response;
  try {
    response = await exchange(createHttpRequest(url, apiKey, body), { signal, maxBytes: maxResponseBytes });
  } catch (error) {
    stopSignal.throwIfAborted();
    if (!signal.aborted) return { fault: createConnectionFault(error) };
    const before = previous === undefined ? '' : ` Before that, it ${previous.reason}`;
    const reason = `did not respond within ${timeoutSeconds} s. Increase the timeout, or check the endpoint.${before}`;
    throw new AttemptError({ reason, message: '', maxAttempts: 1 });
  }
  const json = parseBody(response);
  onResponse(json);
  const fault = createResponseFault(response, json);
  if (fault) return { fault };
  const parsed = schema.safeParse(json === undefined ? fromText?.(response.body.toString()) : json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const location = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  const actual = json === undefined ? `, but ${readServerMessage(json, response.body.toString()) || 'nothing'}` : '';
  throw new AttemptError({ reason: `did not return ${expected}${location}${actual}.`, message: '', maxAttempts: 1 });
}

function createHttpRequest(url: URL, apiKey: string | undefined, { content, type }: RequestBody): HttpRequest {
  const headers = {
    ...createKeyHeader(url, apiKey),
    ...{ accept: 'application/json', 'accept-encoding': 'identity', 'content-type': type, 'user-agent': 'millrace' },
  };
  return { url, method: 'POST', headers, body: content };
}

/** Returns the first optional feature that the server's error message refuses. */
export function findRefusedFeature(
  optional: Readonly<Record<string, RegExp>>,
  refused: ReadonlySet<string>,
  { status, message }: Fault,
): string | undefined {
  if (status === undefined || !fieldRefusalStatuses.includes(status)) return undefined;
  return Object.entries(optional).find(([name, pattern]) => !refused.has(name) && pattern.test(message))?.[0];
}
