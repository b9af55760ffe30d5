import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { isObject } from 'millrace/shared/rules/format-value.js';
import { describeRootCause } from '../root-cause.js';
import { BrokenResponseError, type HttpResponse } from '../../system/send-http-request.js';
import { readErrorDetails, readServerMessage } from './server-message.js';

/** Why an attempt failed, and whether and when to retry. */
export interface Fault {
  /** The error message without its subject, the endpoint, such as `returned 429 (too many requests): …`. */
  readonly reason: string;
  readonly status?: number | undefined;
  /** The error's `param`, `code` and `type`, followed by the server's error message. Empty if there is no error response. */
  readonly message: string;
  /** Maximum number of attempts for this fault, including the first attempt. */
  readonly maxAttempts: number;
  /** The delay that the server requests before a retry, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The delay before a retry of the step, in milliseconds, if the server requests a delay that is too long for the timeout. */
  readonly stepRetryAfterMs?: number | undefined;
}

/** Maximum number of attempts if the server is busy (429 or 503). */
const maxAttemptsWhenBusy = 8;
/** Maximum number of attempts after any other transient error. */
const maxAttemptsAfterTransientError = 3;

/** The statuses of responses that refuse the content of a request. The endpoint may accept different content. */
const refusalStatuses = [400, 413, 415, 422];
const transientStatuses = [408, 409, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529];

/** Matches error messages about a text that is too long. */
const tooLongPattern =
  /context[_ ](length|window|size)|too (long|large|many tokens)|maximum.{0,60}\btokens\b|exceeds?.{0,60}\b(tokens|context|length)\b/i;

/** Returns whether the endpoint refused the content of the request, rather than the API key, the path or the model. */
export function isRefusal(fault: Fault): boolean {
  return fault.status !== undefined && (refusalStatuses.includes(fault.status) || reportsTooLong(fault));
}

/** Returns whether the endpoint refused a text because of its length. In this case, llama.cpp returns status 500. */
export function reportsTooLong({ status, message }: Pick<Fault, 'status' | 'message'>): boolean {
  return status !== undefined && [...refusalStatuses, 500].includes(status) && tooLongPattern.test(message);
}

/** Returns whether the endpoint does not support the path. Excludes a 404 or 405 whose message mentions a model. */
export function isMissingPath({ status, message }: Fault): boolean {
  if (/unexpected endpoint/i.test(message)) return true;
  return (status === 404 || status === 405) && !/model/i.test(message);
}

/** Converts an error response to a fault. Returns `undefined` for any other response. Some servers send errors with status 200. */
export function createResponseFault(response: HttpResponse, json: unknown): Fault | undefined {
  const status = response.status >= 300 ? response.status : findErrorStatus(json);
  if (status === undefined) return undefined;
  const details = readErrorDetails(json);
  const message = readServerMessage(json, response.body.toString());
  const location = response.headers['location'];
  const redirect =
    status < 400 && location !== undefined ? `. It redirects to ${removeQuery(location)}: use that as its URL` : '';
  const description = status === 200 ? 'an error' : status;
  return {
    reason: `returned ${description}${describeStatus(status)}${message === '' ? '' : `: ${message}`}${redirect}.`,
    status,
    message: `${details} ${message}`.trim(),
    maxAttempts: getMaxAttempts(status, `${details} ${message}`),
    retryAfterMs: readRetryAfter(response.headers),
  };
}

export function createConnectionFault(error: unknown): Fault {
  const cause = describeRootCause(error);
  return error instanceof BrokenResponseError
    ? { reason: `returned an unreadable response (${cause}).`, message: '', maxAttempts: 1 }
    : {
        reason: `cannot be reached (${cause}). Check its URL, and make sure that it is running.`,
        message: '',
        maxAttempts: maxAttemptsAfterTransientError,
      };
}

function findErrorStatus(json: unknown): number | undefined {
  if (!isObject(json) || json['error'] === undefined || json['error'] === null) return undefined;
  const code = isObject(json['error']) ? json['error']['code'] : undefined;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : 200;
}

function getMaxAttempts(status: number, message: string): number {
  // an exhausted quota is not restored within the timeout
  if (/insufficient_quota|exceeded your current quota|billing/i.test(message)) return 1;
  if (status === 429 || status === 503) return maxAttemptsWhenBusy;
  if (reportsTooLong({ status, message })) return 1;
  return transientStatuses.includes(status) ? maxAttemptsAfterTransientError : 1;
}

function describeStatus(status: number): string {
  if (status === 401 || status === 403) return ' (invalid API key)';
  if (status === 404) return ' (model or path not found)';
  if (status === 429) return ' (too many requests)';
  return '';
}

function removeQuery(location: string): string {
  return location.replace(/[?#].*$/s, '');
}

/** Returns the fault with an explanation that the timeout leaves no time for another attempt. */
export function createTimeoutFault(fault: Fault, timeoutMs: number): Fault {
  const limit = `its timeout of ${timeoutMs / 1000} s`;
  const explanation =
    fault.retryAfterMs === undefined
      ? `There is no time for another attempt within ${limit}.`
      : `It asks to wait ${Math.round(fault.retryAfterMs / 1000)} s, longer than ${limit} allows.`;
  const reason = `${fault.reason} ${explanation} Send fewer requests, or resume the run later.`;
  return { ...fault, reason, stepRetryAfterMs: fault.retryAfterMs };
}
