import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { isObject } from 'millrace/shared/rules/show-value.js';
import { describeRootCause } from '../root-cause.js';
import { BrokenResponseError, type HttpResponse } from '../../system/exchange.js';
import { readErrorDetails, readServerMessage } from './server-message.js';

/** The reason why an attempt failed. */
export interface Fault {
  /** The predicate of a sentence about the endpoint, such as `returned 429 (too many requests): …`. */
  readonly reason: string;
  readonly status?: number | undefined;
  /** The server's error message, preceded by the error's field, code and type. */
  readonly message: string;
  readonly maxAttempts: number;
  /** The time that the server asks to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** The time that the server asks to wait, in milliseconds, if it exceeds the timeout, so that the step must be retried later. */
  readonly retryLater?: number | undefined;
}

/** Maximum number of attempts if the server is busy (429 or 503). */
const attemptsWhenBusy = 8;
/** Maximum number of attempts after any other transient error. */
const attemptsWhenFailing = 3;

/** Statuses that refuse the content of a request, so that the endpoint may accept a different request. */
const refusalStatuses = [400, 413, 415, 422];
const transientStatuses = [408, 409, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529];

/** Matches error messages about a text with more tokens than the model's context. */
const tooLongPattern =
  /context[_ ](length|window|size)|too (long|large|many tokens)|maximum.{0,60}\btokens\b|exceeds?.{0,60}\b(tokens|context|length)\b/i;

/** Returns whether the endpoint refused the content of the request, rather than the API key, the path or the model. */
export function isRefusal(fault: Fault): boolean {
  return fault.status !== undefined && (refusalStatuses.includes(fault.status) || reportsTooLong(fault));
}

/** Returns whether the endpoint refused a text because of its length. llama.cpp returns the status 500 for such a text. */
export function reportsTooLong({ status, message }: Pick<Fault, 'status' | 'message'>): boolean {
  return status !== undefined && [...refusalStatuses, 500].includes(status) && tooLongPattern.test(message);
}

/** Returns whether the endpoint does not support the path. A missing model is a different fault. */
export function isMissingPath({ status, message }: Fault): boolean {
  if (/unexpected endpoint/i.test(message)) return true;
  return (status === 404 || status === 405) && !/model/i.test(message);
}

/** Creates the fault of a response, or returns `undefined` if there is no error. Some servers send errors with the status 200. */
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
    retryAfter: readRetryAfter(response.headers),
  };
}

export function createConnectionFault(error: unknown): Fault {
  const cause = describeRootCause(error);
  return error instanceof BrokenResponseError
    ? { reason: `returned an unreadable response (${cause}).`, message: '', maxAttempts: 1 }
    : {
        reason: `cannot be reached (${cause}). Check its URL, and make sure that it is running.`,
        message: '',
        maxAttempts: attemptsWhenFailing,
      };
}

function findErrorStatus(json: unknown): number | undefined {
  if (!isObject(json) || json['error'] === undefined || json['error'] === null) return undefined;
  const code = isObject(json['error']) ? json['error']['code'] : undefined;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : 200;
}

function getMaxAttempts(status: number, message: string): number {
  // an exhausted quota does not recover in time
  if (/insufficient_quota|exceeded your current quota|billing/i.test(message)) return 1;
  if (status === 429 || status === 503) return attemptsWhenBusy;
  if (reportsTooLong({ status, message })) return 1;
  return transientStatuses.includes(status) ? attemptsWhenFailing : 1;
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

/** Creates the fault of a request that has no time for another attempt. */
export function createTimeoutFault(fault: Fault, timeoutMs: number): Fault {
  const limit = `its timeout of ${timeoutMs / 1000} s`;
  const explanation =
    fault.retryAfter === undefined
      ? `There is no time for another attempt within ${limit}.`
      : `It asks to wait ${Math.round(fault.retryAfter / 1000)} s, longer than ${limit} allows.`;
  const reason = `${fault.reason} ${explanation} Send fewer requests, or resume the run later.`;
  return { ...fault, reason, retryLater: fault.retryAfter };
}
