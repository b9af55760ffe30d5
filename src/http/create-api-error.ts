import {
  ApiError,
  type ApiErrorOptions,
  AuthenticationError,
  ForbiddenError,
  NotFinishedError,
  NotFoundError,
  RateLimitError,
} from '../errors/api-error.js';
import { readRetryAfter } from '../shared/rules/retry-after.js';
import { isWebPage, parseErrorFields, type ErrorFields } from './response-body.js';
import { isTransientStatus } from './retry-policy.js';

interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body if it is valid JSON, otherwise the text. */
  readonly body: unknown;
}

/** Matches the message that the hosted service sends, with status 200, for a file that is still being processed. */
const unfinishedPattern = /has not finished processing/;
/** Matches the messages that the hosted service sends, with status 400, for a missing resource. */
const notFoundPattern =
  /\b(was|were|is) not found\b|does not exist|does not belong to pipeline|does not match associated file/i;

/**
 * Converts an error response to an `ApiError`. The error message contains the failed action and the server's message or status, and,
 * if available, advice and the exchange id.
 *
 * @param action The action, as a phrase that follows "Could not".
 * @param access How the request was authorized. For `presigned`, the error is never an `AuthenticationError` or a `ForbiddenError`, because
 * the request contained no API key.
 */
export function createApiError(action: string, response: ErrorResponse, access: 'key' | 'presigned' = 'key'): ApiError {
  const fields = parseErrorFields(response.body);
  const { headers } = response;
  const exchangeId = fields.exchangeId ?? headers['x-exchange-id'] ?? headers['x-request-id'];
  const retryAfterMs = readRetryAfter(headers);
  const options: ApiErrorOptions = {
    status: response.status,
    body: response.body,
    serverCode: fields.code,
    exchangeId,
    retryAfterMs,
    retryable: isTransientStatus(response.status) || isUnfinished(fields),
  };
  const detail = fields.message ? `the server responded: ${cleanUpMessage(fields.message)}` : describeStatus(response);
  const isKeyRejected = access === 'key' && isUnauthenticated(response.status, fields);
  const advice = isKeyRejected ? keyAdvice : getAdvice(response.status, fields, retryAfterMs);
  const message = [`Could not ${action}: ${endSentence(detail)}`, advice].filter(Boolean).join(' ');
  const fullMessage = exchangeId === undefined ? message : `${message} (exchange ${exchangeId})`;
  if (isKeyRejected) return new AuthenticationError(fullMessage, options);
  if (access === 'key' && fields.code === 'forbidden') return new ForbiddenError(fullMessage, options);
  if (response.status === 429) return new RateLimitError(fullMessage, options);
  if (isUnfinished(fields)) return new NotFinishedError(fullMessage, options);
  if (isNotFound(response.status, fields)) return new NotFoundError(fullMessage, options);
  return new ApiError(fullMessage, options);
}

const keyAdvice = 'Check that the API key is correct and belongs to this server.';

/** Returns whether the body of a response with status 200 says that the file is still being processed. */
export function isUnfinishedResponse(body: unknown): boolean {
  return isUnfinished(parseErrorFields(body));
}

function isUnfinished({ code, message }: ErrorFields): boolean {
  return code === 'not_finished' || (code === undefined && message !== undefined && unfinishedPattern.test(message));
}

function isUnauthenticated(status: number, { code }: ErrorFields): boolean {
  if (code !== undefined) return code === 'unauthenticated';
  return status === 401 || status === 403;
}

function isNotFound(status: number, { code, message }: ErrorFields): boolean {
  if (code !== undefined) return ['not_found', 'gone', 'wrong_pipeline'].includes(code);
  return status === 404 || (status === 400 && message !== undefined && notFoundPattern.test(message));
}

function describeStatus({ status, headers, body }: ErrorResponse): string {
  if (status >= 300 && status < 400 && headers['location']) {
    const target = describeRedirectTarget(headers['location']);
    return `the server redirects to ${target} (status ${status}). Use that as the API URL`;
  }
  if (isWebPage(body)) return `the server responded with status ${status} and a web page`;
  return `the server responded with status ${status} and no message`;
}

function describeRedirectTarget(location: string): string {
  try {
    return new URL(location).origin;
  } catch {
    return 'a different path';
  }
}

function getAdvice(status: number, fields: ErrorFields, retryAfterMs: number | undefined): string {
  if (fields.code === 'already_exists') {
    return 'Choose a different fileName or symbolicDirectoryPath, or delete the existing file.';
  }
  if (fields.code === 'chain_conflict') return 'Choose a different pipeline name, or delete its files first.';
  if (status === 429) {
    return retryAfterMs === undefined ? 'Try again later.' : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  }
  if (isUnfinished(fields)) return "Wait until the file's run has ended.";
  return '';
}

/**
 * Removes a leading `BAD REQUEST: ` and a final sentence that begins with 'Choose another' or 'Use another'. The caller adds its own
 * advice.
 */
function cleanUpMessage(message: string): string {
  return message
    .trim()
    .replace(/^BAD REQUEST: /, '')
    .replace(/(?<=\.) (?:Choose|Use) another [^.]*\.$/, '');
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
