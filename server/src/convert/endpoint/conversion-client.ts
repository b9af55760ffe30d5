import { formatBytes } from 'millrace/shared/rules/files/file-size.js';
import { maskSecret } from 'millrace/shared/rules/mask-secret.js';
import { isObject } from 'millrace/shared/rules/format-value.js';
import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { sleep } from 'millrace/shared/runtime/sleep.js';
import type { ConversionSettings } from '../../module-contract/conversion-settings.js';
import { ModuleError } from '../../module-contract/module.js';
import {
  BrokenResponseError,
  sendHttpRequest,
  ResponseTooLargeError,
  type HttpRequest,
  type HttpResponse,
} from '../../system/send-http-request.js';

const maxAttempts = 3;
/** Delay before the second attempt, in milliseconds. The delay doubles with each further attempt. */
const firstDelayMs = 500;
/** Maximum delay, in milliseconds. If the endpoint asks for a longer delay, the request is not retried. */
const maxDelayMs = 60_000;
const retryableStatuses = new Set([408, 429, 500, 502, 503]);

/** Thrown if the endpoint cannot be reached, does not respond in time, or returns the status 408, 429 or 5xx. */
export class EndpointUnavailableError extends ModuleError {}

/**
 * Sends a document to a conversion endpoint, with a timeout, retries and a limit on the response size. The timeout covers all requests and
 * starts when the client is created. Does not follow redirects.
 */
export class ConversionClient {
  readonly #settings: ConversionSettings;
  readonly #signal: AbortSignal;
  readonly #timeoutSignal: AbortSignal;
  readonly #maxBytes: number;
  readonly #host: string;

  /** @param maxBytes The maximum size of a response, in bytes. */
  constructor(settings: ConversionSettings, signal: AbortSignal, maxBytes: number) {
    this.#settings = settings;
    this.#signal = signal;
    this.#timeoutSignal = AbortSignal.timeout(settings.timeoutSeconds * 1000);
    this.#maxBytes = maxBytes;
    this.#host = new URL(settings.baseUrl).host;
  }

  /**
   * Sends a request and returns the response if its status is 2xx or 404.
   *
   * @param path The path relative to the endpoint's base URL.
   * @throws The abort reason if the client's signal is aborted, `EndpointUnavailableError` if the endpoint is unavailable, or `ModuleError`
   *   if the response has any other status or is too large. The error message names the host and masks the API key.
   */
  async send(path: string, request: Omit<HttpRequest, 'url'>): Promise<HttpResponse> {
    const url = new URL(path, this.#settings.baseUrl.replace(/\/*$/, '/'));
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt({ url, ...request });
      if ('status' in outcome && !isUnavailable(outcome.status)) return this.#checkStatus(outcome);
      const delay = this.#computeDelay(attempt, 'status' in outcome ? outcome : undefined);
      if (delay === undefined) throw this.#createUnavailableError(outcome);
      try {
        await sleep(delay, AbortSignal.any([this.#signal, this.#timeoutSignal]));
      } catch {
        this.#signal.throwIfAborted();
        throw this.#createUnavailableError(outcome);
      }
    }
  }

  /**
   * Creates the error for a document that the endpoint cannot convert, or for an unusable response.
   *
   * @param predicate The predicate of a sentence about the endpoint, without the full stop, such as `found no text in the document`.
   */
  createError(predicate: string): ModuleError {
    return new ModuleError(this.#describe(predicate));
  }

  /**
   * Shortens the first line of an endpoint's message for use in an error message. Removes the exception's class name, replaces file paths
   * with `…`, and masks the API key. Returns an empty string if the message is not a string.
   */
  sanitizeMessage(message: unknown): string {
    if (typeof message !== 'string') return '';
    const [line = ''] = message.trim().split('\n');
    const plain = line
      .replace(/^(?:[\w$]+\.)+[\w$]*(?:Exception|Error):?\s*/, '')
      .replaceAll(/(?:[A-Za-z]:)?(?:[\\/][\w.@~-]+){2,}/g, '…')
      .replaceAll(/\s+/g, ' ')
      .replace(/\.$/, '');
    return maskSecret(plain.length > 300 ? `${plain.slice(0, 300)}…` : plain, this.#settings.apiKey ?? '');
  }

  async #attempt(request: HttpRequest): Promise<HttpResponse | { readonly error: Error }> {
    const signal = AbortSignal.any([this.#signal, this.#timeoutSignal]);
    try {
      return await sendHttpRequest(request, { signal, maxBytes: this.#maxBytes, keepAlive: false });
    } catch (thrown) {
      this.#signal.throwIfAborted();
      const error = thrown instanceof BrokenResponseError ? thrown.cause : thrown;
      if (error instanceof ResponseTooLargeError) {
        throw this.createError(`returned more than ${formatBytes(this.#maxBytes)}. Split the document`);
      }
      return { error: error as Error };
    }
  }

  /** Returns the delay before the next attempt, in milliseconds, or `undefined` if the request should not be retried. */
  #computeDelay(attempt: number, response: HttpResponse | undefined): number | undefined {
    if (
      attempt >= maxAttempts ||
      this.#timeoutSignal.aborted ||
      (response && !retryableStatuses.has(response.status))
    ) {
      return undefined;
    }
    const retryAfter = response && readRetryAfter(response.headers);
    const delay = retryAfter ?? firstDelayMs * 2 ** (attempt - 1);
    return delay > maxDelayMs ? undefined : delay;
  }

  #checkStatus(response: HttpResponse): HttpResponse {
    const { status } = response;
    if (status === 404 || (status >= 200 && status < 300)) return response;
    if (status >= 300 && status < 400) {
      throw this.createError(
        `returned ${status}, a redirect, which would send the document elsewhere. Set baseUrl to the final URL`,
      );
    }
    const reason =
      status === 401 || status === 403
        ? ' (invalid API key)'
        : status === 413
          ? ' (the document is too large for it)'
          : status === 415
            ? ' (it does not support this kind of document)'
            : '';
    throw this.createError(`returned ${status}${reason}${this.#describeDetail(response)}`);
  }

  #createUnavailableError(outcome: HttpResponse | { readonly error: Error }): EndpointUnavailableError {
    if ('status' in outcome) {
      const reason = outcome.status === 429 ? ' (too many requests)' : '';
      const retryAfter = readRetryAfter(outcome.headers) ?? 0;
      return new EndpointUnavailableError(
        this.#describe(`returned ${outcome.status}${reason}${this.#describeDetail(outcome)}`),
        retryAfter > maxDelayMs ? { retryAfterSeconds: Math.ceil(retryAfter / 1000) } : {},
      );
    }
    if (this.#timeoutSignal.aborted) {
      const { timeoutSeconds } = this.#settings;
      return new EndpointUnavailableError(
        this.#describe(`did not respond within ${timeoutSeconds} s. Increase the timeout, or check the endpoint`),
      );
    }
    const { code, message } = outcome.error as NodeJS.ErrnoException;
    return new EndpointUnavailableError(
      this.#describe(`cannot be reached (${code ?? message}). Check its URL, and make sure that it is running`),
    );
  }

  /** Returns a colon and the endpoint's message, or an empty string if there is no message. */
  #describeDetail({ body }: HttpResponse): string {
    const message = this.sanitizeMessage(parseErrorDetail(body.toString('utf8', 0, 100_000)));
    return message === '' ? '' : `: ${message}`;
  }

  #describe(predicate: string): string {
    return maskSecret(`The conversion endpoint ${this.#host} ${predicate}.`, this.#settings.apiKey ?? '');
  }
}

const isUnavailable = (status: number): boolean => status >= 500 || retryableStatuses.has(status);

/**
 * Reads the message of an error response: FastAPI's `detail`, the first validation error if `detail` is a list, or plain text. Returns
 * `undefined` for HTML and for JSON without `detail`.
 */
function parseErrorDetail(text: string): unknown {
  if (text.trimStart().startsWith('<')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const detail = isObject(parsed) ? parsed['detail'] : undefined;
    const error: unknown = Array.isArray(detail) ? detail[0] : detail;
    return isObject(error) ? error['msg'] : error;
  } catch {
    return text;
  }
}
