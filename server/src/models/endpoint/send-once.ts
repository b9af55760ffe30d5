import type * as z from 'zod';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { sendHttpRequest, type HttpRequest } from '../../system/send-http-request.js';
import { createEndpointUrl, createKeyHeader } from './endpoint-url.js';
import { createConnectionFault, createResponseFault, type Fault } from './fault.js';
import { parseBody } from './parse-body.js';
import type { RequestBody } from './request-body.js';
import { readServerMessage } from './server-message.js';

/** Maximum size of a response, in bytes. An embeddings response with 32 vectors of 4096 dimensions takes about 3 MB. */
const maxResponseBytes = 64 * 2 ** 20;
/** The prefix that is added to a base URL without a path, unless `LearnedLimits.refusedFeatures` contains the prefix. */
export const versionPrefix = '/v1';
/** Statuses that servers return when they refuse a feature. Some return 500 if the chat template rejects a system message. */
const featureRefusalStatuses = [400, 404, 415, 422, 500, 501];

export interface EndpointRequest<T> {
  /** The path relative to the base URL, such as `chat/completions`. */
  readonly path: string;
  /** Returns the body without the features that the endpoint has refused. */
  createBody(refusedFeatures: ReadonlySet<string>): RequestBody;
  /** The features that can be omitted, with patterns for error messages that refuse them. The first feature that matches is omitted. */
  readonly optionalFeatures: Readonly<Record<string, RegExp>>;
  /** The expected response, such as `a chat completion`, for the error "did not return …". */
  readonly expected: string;
  readonly schema: z.ZodType<T>;
  /** Converts a response that is not JSON to the value that `schema` validates. @default only JSON is accepted */
  readonly parseText?: (text: string) => unknown;
  /** Whether a response that was cached with `EndpointClient.cacheResponse` can be used. @default false */
  readonly usesCache?: boolean;
}

/** Thrown if an attempt fails and the same request is not retried. */
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
  readonly refusedFeatures: ReadonlySet<string>;
  readonly body: RequestBody;
}

interface AttemptOptions {
  /** Aborted when the time for all attempts has expired, or when the client is stopped. */
  readonly signal: AbortSignal;
  /** Aborted when the client is stopped. */
  readonly stopSignal: AbortSignal;
  readonly previousFault: Fault | undefined;
  /** Called with the parsed body of every response, including error responses, or with `undefined` if the body cannot be parsed. */
  readonly onResponse: (json: unknown) => void;
}

/**
 * Sends a request once and validates the response.
 *
 * @returns The response, or the fault of the attempt. The fault's `maxAttempts` and `retryAfterMs` determine whether and when to try again.
 * @throws {@link AttemptError} if the response is invalid or the time for all attempts has expired. If `stopSignal` is aborted, throws its
 * reason.
 */
export async function sendOnce<T>(
  { path, expected, schema, parseText }: EndpointRequest<T>,
  { settings: { baseUrl, apiKey, timeoutSeconds }, model, refusedFeatures, body }: AttemptRequest,
  { signal, stopSignal, previousFault, onResponse }: AttemptOptions,
): Promise<{ readonly value: T } | { readonly fault: Fault }> {
  const url = createEndpointUrl(baseUrl, path, { model, omitsVersion: refusedFeatures.has(versionPrefix) });
  let response;
  try {
    response = await sendHttpRequest(createHttpRequest(url, apiKey, body), { signal, maxBytes: maxResponseBytes });
  } catch (error) {
    stopSignal.throwIfAborted();
    if (!signal.aborted) return { fault: createConnectionFault(error) };
    const before = previousFault === undefined ? '' : ` Before that, it ${previousFault.reason}`;
    const reason = `did not respond within ${timeoutSeconds} s. Increase the timeout, or check the endpoint.${before}`;
    throw new AttemptError({ reason, message: '', maxAttempts: 1 });
  }
  const json = parseBody(response);
  onResponse(json);
  const fault = createResponseFault(response, json);
  if (fault) return { fault };
  const parsed = schema.safeParse(json === undefined ? parseText?.(response.body.toString()) : json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const problem = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  const actual = json === undefined ? `, but ${readServerMessage(json, response.body.toString()) || 'nothing'}` : '';
  throw new AttemptError({ reason: `did not return ${expected}${problem}${actual}.`, message: '', maxAttempts: 1 });
}

function createHttpRequest(url: URL, apiKey: string | undefined, { content, type }: RequestBody): HttpRequest {
  const headers = {
    ...createKeyHeader(url, apiKey),
    ...{ accept: 'application/json', 'accept-encoding': 'identity', 'content-type': type, 'user-agent': 'millrace' },
  };
  return { url, method: 'POST', headers, body: content };
}

/** Returns the first optional feature that the server's error message refuses. Skips features that were already omitted. */
export function findRefusedFeature(
  optionalFeatures: Readonly<Record<string, RegExp>>,
  refusedFeatures: ReadonlySet<string>,
  { status, message }: Fault,
): string | undefined {
  if (status === undefined || !featureRefusalStatuses.includes(status)) return undefined;
  return Object.entries(optionalFeatures).find(
    ([name, pattern]) => !refusedFeatures.has(name) && pattern.test(message),
  )?.[0];
}
