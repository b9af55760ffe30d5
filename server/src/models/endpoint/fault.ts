import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { isObject } from 'millrace/shared/rules/show-value.js';
import { rootCause } from '../root-cause.js';
import { BrokenResponseError, type HttpResponse } from '../../system/exchange.js';
import { errorFacts, serverWords } from './server-words.js';

/** Why an attempt failed. */
export interface Fault {
  /** What happened, to follow the endpoint's name: `returned 429 (too many requests): …`. */
  readonly reason: string;
  readonly status?: number | undefined;
  /** The server's words, and the field and the code that it names. */
  readonly words: string;
  /** How many attempts are worthwhile. */
  readonly attempts: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** The same, if that is longer than this run's module may wait. */
  readonly retryLater?: number | undefined;
}

/** How often a request is sent to a server that is busy, and to one that fails. */
const attemptsWhenBusy = 8;
const attemptsWhenFailing = 3;

/** Statuses that say that the request itself is refused, so that another one may be accepted. */
const refusals = [400, 413, 415, 422];
const transient = [408, 409, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529];

/** How servers say that a text has more tokens than the model's context. */
const tooLong =
  /context[_ ](length|window|size)|too (long|large|many tokens)|maximum.{0,60}\btokens\b|exceeds?.{0,60}\b(tokens|context|length)\b/i;

/** Returns whether the endpoint refused what was sent, and not the key, the path or the model. */
export function isRefusal(fault: Fault): boolean {
  return fault.status !== undefined && (refusals.includes(fault.status) || saysTooLong(fault));
}

/** Returns whether the endpoint refused a text because of its length. llama.cpp does it with 500. */
export function saysTooLong({ status, words }: Pick<Fault, 'status' | 'words'>): boolean {
  return status !== undefined && [...refusals, 500].includes(status) && tooLong.test(words);
}

/** Returns whether the endpoint has no such path. A model that it does not have is a different fault. */
export function isMissingPath({ status, words }: Fault): boolean {
  if (/unexpected endpoint/i.test(words)) return true;
  return (status === 404 || status === 405) && !/model/i.test(words);
}

/** Returns what is wrong with a response. Some servers send an error with the status 200. */
export function faultOfResponse(response: HttpResponse, json: unknown): Fault | undefined {
  const status = response.status >= 300 ? response.status : statusOfError(json);
  if (status === undefined) return undefined;
  const facts = errorFacts(json);
  const words = serverWords(json, response.body.toString());
  const location = response.headers['location'];
  const redirect =
    status < 400 && location !== undefined
      ? `. It redirects to ${withoutQuery(location)}: set its URL to that address`
      : '';
  const shown = status === 200 ? 'an error' : status;
  return {
    reason: `returned ${shown}${explainStatus(status)}${words === '' ? '' : `: ${words}`}${redirect}.`,
    status,
    words: `${facts} ${words}`.trim(),
    attempts: attemptsFor(status, `${facts} ${words}`),
    retryAfter: readRetryAfter(response.headers),
  };
}

/** Describes an error of the connection. */
export function faultOfError(error: unknown): Fault {
  const cause = rootCause(error);
  return error instanceof BrokenResponseError
    ? { reason: `returned an unreadable response (${cause}).`, words: '', attempts: 1 }
    : {
        reason: `cannot be reached (${cause}). Check its URL, and make sure that it is running.`,
        words: '',
        attempts: attemptsWhenFailing,
      };
}

function statusOfError(json: unknown): number | undefined {
  if (!isObject(json) || json['error'] === undefined || json['error'] === null) return undefined;
  const code = isObject(json['error']) ? json['error']['code'] : undefined;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : 200;
}

function attemptsFor(status: number, words: string): number {
  // nothing but money ends this
  if (/insufficient_quota|exceeded your current quota|billing/i.test(words)) return 1;
  if (status === 429 || status === 503) return attemptsWhenBusy;
  if (saysTooLong({ status, words })) return 1;
  return transient.includes(status) ? attemptsWhenFailing : 1;
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return ' (invalid API key)';
  if (status === 404) return ' (model or path not found)';
  if (status === 429) return ' (too many requests)';
  return '';
}

function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '');
}

/** Returns the fault of a request whose next attempt would come after its timeout, in milliseconds. */
export function tooLongToWait(fault: Fault, timeout: number): Fault {
  const limit = `its timeout of ${timeout / 1000} s`;
  const why =
    fault.retryAfter === undefined
      ? `There is no time for another attempt within ${limit}.`
      : `It asks to wait ${Math.round(fault.retryAfter / 1000)} s, longer than ${limit} allows.`;
  const reason = `${fault.reason} ${why} Send fewer requests, or resume the run later.`;
  return { ...fault, reason, retryLater: fault.retryAfter };
}
