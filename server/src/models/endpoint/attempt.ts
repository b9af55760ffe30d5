import type * as z from 'zod';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { exchange, type HttpRequest } from '../../system/exchange.js';
import { endpointUrl, keyHeader } from './endpoint-url.js';
import { faultOfError, faultOfResponse, type Fault } from './fault.js';
import { readBody } from './read-body.js';
import type { RequestBody } from './request-body.js';
import { serverMessage } from './server-message.js';

/** Maximum size of a response, in bytes. 32 vectors of 4096 numbers take 3 MB. */
const maxResponseBytes = 64 * 2 ** 20;
/** The feature name of the `/v1` in URLs. */
export const versionPath = '/v1';
/** Statuses with which servers refuse a field. Chat templates fail with 500. */
const fieldRefusals = [400, 404, 415, 422, 500, 501];

export interface EndpointRequest<T> {
  /** Relative to the base URL, such as `chat/completions`. */
  readonly path: string;
  /** Returns the request without the features that the endpoint has refused. */
  body(refused: ReadonlySet<string>): RequestBody;
  /** The features that can be omitted, in the order in which to omit them. The patterns match error messages that refuse each. */
  readonly optional: Readonly<Record<string, RegExp>>;
  /** A description of the expected response, as in "did not return <what>". */
  readonly what: string;
  readonly schema: z.ZodType<T>;
  /** Converts a response of plain text, if that is acceptable. */
  readonly fromText?: (text: string) => unknown;
  /** Whether a response that was cached with `EndpointClient.keep` can be used. @default false */
  readonly usesCache?: boolean;
}

/** Thrown if a request has no valid response after its last attempt. */
export class AttemptError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** A request without the features that the endpoint has refused. */
interface Sent {
  readonly settings: EndpointSettings;
  readonly model: string;
  readonly refused: ReadonlySet<string>;
  readonly body: RequestBody;
}

interface AttemptOptions {
  /** Aborted when the time for all attempts is over. */
  readonly signal: AbortSignal;
  /** Aborted when the client is stopped. */
  readonly life: AbortSignal;
  /** The fault of the previous attempt. */
  readonly last: Fault | undefined;
  /** Called with each response, even if it is invalid. */
  readonly onResponse: (json: unknown) => void;
}

/**
 * Sends a request once, and validates the response.
 *
 * @returns The response, or the attempt's fault. Its `attempts` and `retryAfter` say whether and when to try again.
 * @throws {@link AttemptError} if the response is invalid or the time for all attempts is over; the reason of `life`.
 */
export async function attempt<T>(
  { path, what, schema, fromText }: EndpointRequest<T>,
  { settings: { baseUrl, apiKey, timeoutSeconds }, model, refused, body }: Sent,
  { signal, life, last, onResponse }: AttemptOptions,
): Promise<{ readonly value: T } | { readonly fault: Fault }> {
  const url = endpointUrl(baseUrl, path, { model, isBare: refused.has(versionPath) });
  let response;
  try {
    response = await exchange(toHttp(url, apiKey, body), { signal, maxBytes: maxResponseBytes });
  } catch (error) {
    life.throwIfAborted();
    if (!signal.aborted) return { fault: faultOfError(error) };
    const before = last === undefined ? '' : ` Before that, it ${last.reason}`;
    const reason = `did not respond within ${timeoutSeconds} s. Increase its timeout, or check the endpoint.${before}`;
    throw new AttemptError({ reason, message: '', attempts: 1 });
  }
  const json = readBody(response);
  onResponse(json);
  const fault = faultOfResponse(response, json);
  if (fault) return { fault };
  const parsed = schema.safeParse(json === undefined ? fromText?.(response.body.toString()) : json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  const instead = json === undefined ? `, but ${serverMessage(json, response.body.toString()) || 'nothing'}` : '';
  throw new AttemptError({ reason: `did not return ${what}${where}${instead}.`, message: '', attempts: 1 });
}

function toHttp(url: URL, apiKey: string | undefined, { content, type }: RequestBody): HttpRequest {
  const headers = {
    ...keyHeader(url, apiKey),
    ...{ accept: 'application/json', 'accept-encoding': 'identity', 'content-type': type, 'user-agent': 'millrace' },
  };
  return { url, method: 'POST', headers, body: content };
}

/** Returns the first optional feature of the request that the server's error message refuses. */
export function refusedFeature(
  optional: Readonly<Record<string, RegExp>>,
  refused: ReadonlySet<string>,
  { status, message }: Fault,
): string | undefined {
  if (status === undefined || !fieldRefusals.includes(status)) return undefined;
  return Object.entries(optional).find(([name, pattern]) => !refused.has(name) && pattern.test(message))?.[0];
}
