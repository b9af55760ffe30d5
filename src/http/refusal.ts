import {
  ApiError,
  type ApiErrorOptions,
  AuthenticationError,
  NotFinishedError,
  NotFoundError,
  RateLimitError,
} from '../errors/api-error.js';
import { readRetryAfter } from '../shared/rules/retry-after.js';
import { readServerWords, type ServerWords } from './response-body.js';
import { isTransientStatus } from './retry-policy.js';

interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON, otherwise its text. */
  readonly body: unknown;
}

/** The sentence (sic) with which the hosted service says, with status 200, that a file is not ready. */
const unfinished = /has not finished processing/;
const unknown =
  /\b(was|were|is) not found\b|does not exist|does not belong to pipeline|does not match associated file/i;

/**
 * Returns the error for a response that refuses a request. Its message has what failed, the server's own words, the id of the
 * request, and what to do next.
 *
 * @param what What was to be done, after "Could not".
 * @param access What authorised the request. With a presigned address, the API key is never the cause.
 */
export function refusal(what: string, response: Refused, access: 'key' | 'presigned' = 'key'): ApiError {
  const words = readServerWords(response.body);
  const requestId = words.requestId ?? response.headers['x-request-id'];
  const retryAfterMs = readRetryAfter(response.headers);
  const options: ApiErrorOptions = {
    status: response.status,
    body: response.body,
    serverCode: words.code,
    requestId,
    retryAfterMs,
    retryable: isTransientStatus(response.status) || isUnfinished(words),
  };
  const said = words.message ? `the server says: ${words.message.trim()}` : describeStatus(response);
  const isKeyAtFault = access === 'key' && isUnauthenticated(response.status, words);
  const next = isKeyAtFault ? checkKey : nextStep(response.status, words, retryAfterMs);
  const message = [`Could not ${what}: ${endSentence(said)}`, next].filter(Boolean).join(' ');
  const full = requestId === undefined ? message : `${message} (request ${requestId})`;
  if (isKeyAtFault) return new AuthenticationError(full, options);
  if (response.status === 429) return new RateLimitError(full, options);
  if (isUnfinished(words)) return new NotFinishedError(full, options);
  if (isUnknown(response.status, words)) return new NotFoundError(full, options);
  return new ApiError(full, options);
}

const checkKey = 'Check the API key, and that it belongs to this server.';

/** Returns whether a response with status 200 says that the file is not ready. */
export function saysUnfinished(body: unknown): boolean {
  return isUnfinished(readServerWords(body));
}

function isUnfinished({ code, message }: ServerWords): boolean {
  return code === 'not_finished' || (code === undefined && message !== undefined && unfinished.test(message));
}

function isUnauthenticated(status: number, { code }: ServerWords): boolean {
  if (code !== undefined) return code === 'unauthenticated';
  return status === 401 || status === 403;
}

function isUnknown(status: number, { code, message }: ServerWords): boolean {
  if (code !== undefined) return ['not_found', 'gone', 'wrong_pipeline'].includes(code);
  return status === 404 || (status === 400 && message !== undefined && unknown.test(message));
}

function describeStatus({ status, headers }: Refused): string {
  if (status >= 300 && status < 400 && headers['location']) {
    return `the server redirects to ${originOf(headers['location'])} (status ${status}). Give that as the API address`;
  }
  return `the server responded with status ${status} and no message`;
}

function originOf(location: string): string {
  try {
    return new URL(location).origin;
  } catch {
    return 'another path';
  }
}

function nextStep(status: number, words: ServerWords, retryAfterMs: number | undefined): string {
  if (words.code === 'already_exists') {
    return 'Give another fileName or symbolicDirectoryPath, or delete the file that is there.';
  }
  if (words.code === 'chain_conflict') return 'Give the pipeline another name, or delete its files first.';
  if (status === 429) {
    return retryAfterMs === undefined ? 'Try again later.' : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  }
  if (isUnfinished(words)) return 'Wait for its run first.';
  return '';
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
