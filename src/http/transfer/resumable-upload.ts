import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ResponseShapeError } from '../../errors/response-error.js';
import type { Connection } from '../connection.js';
import { withRetries } from '../attempts.js';
import { AbortTimer } from '../../shared/runtime/abort-timer.js';
import { exchange, type HttpResponse } from '../exchange.js';
import { ProgressMeter } from './progress-meter.js';
import { createApiError } from '../create-api-error.js';
import { parseJson } from '../response-body.js';
import { maxRetryAfterMs, mayHaveBeenAccepted, shouldRetryAfterResponse } from '../retry-policy.js';
import { readRetryAfter } from '../../shared/rules/retry-after.js';
import { TransportError } from '../transport-error.js';
import { parseTransferUrl } from './transfer-url.js';
import type { UploadForm, UploadOptions } from './upload.js';
import { watchSource, type UploadBody } from './watch-source.js';

const differentFileMessage = 'a different file was sent with the same idempotencyKey';

/** A file that can be read from any offset. */
interface SeekableBody extends UploadBody {
  readonly size: number;
  /** Changes when the content changes. */
  readonly version: string;
  openFrom(offset: number): Readable;
}

/**
 * Uploads a file with the tus 1.0 protocol. If the connection breaks, the upload resumes where it stopped. A later call with the same
 * reservation and `body.version`, even in another process, also resumes the upload.
 *
 * tus-js-client is not used, because it would add seven dependencies (34 kB compressed; this file adds only 2 kB) and a second
 * HTTP stack without proxy support, timeouts or redaction.
 *
 * @throws `ConnectionError` if the last attempt receives no complete response; `ApiError` if the server returns an error;
 * `ResponseShapeError` if the upload URL or an upload offset is invalid; `IntegrityError` if the file does not have the expected size; any
 * error from reading the file or from `onProgress`; the signal's reason if it is aborted.
 */
export async function uploadResumably(
  connection: Connection,
  form: UploadForm,
  body: SeekableBody,
  options: UploadOptions,
): Promise<void> {
  const action = `upload ${body.label}`;
  const url = parseTransferUrl(`${form.url}/${form.fields['key'] ?? ''}`, action);
  const upload = new Upload(connection, url, form, body, options);
  try {
    for (;;) {
      const offsetBefore = upload.confirmedOffset;
      // `maxRetries` limits consecutive retries without progress, so progress resets the count, unless `options.maxRetries` is 0
      const canContinue = (): boolean => upload.confirmedOffset > offsetBefore && options.maxRetries !== 0;
      try {
        const { response } = await withRetries(() => upload.attempt(), {
          retryPolicy: 'always',
          target: connection.createRetryTarget('PATCH', url, true),
          options,
        });
        if (response.status < 300) return;
        const retryAfterMs = readRetryAfter(response.headers) ?? 0;
        if (canContinue() && retryAfterMs <= maxRetryAfterMs && shouldRetryAfterResponse(response, 'always')) continue;
        const content = parseJson(response.body.toString('utf8')) ?? response.body.toString('utf8', 0, 2000);
        throw createApiError(action, { ...response, body: content }, 'presigned');
      } catch (error) {
        if (!(error instanceof TransportError) || !canContinue()) throw error;
      }
    }
  } catch (error) {
    throw error instanceof TransportError ? error.toConnectionError(action, url) : error;
  }
}

/** An upload in progress. */
class Upload {
  readonly #connection: Connection;
  readonly #url: URL;
  readonly #form: UploadForm;
  readonly #body: SeekableBody;
  readonly #options: UploadOptions;
  #isCreated = false;
  #attemptCount = 0;
  /** The `Upload-Metadata` header. Identifies the file's content, so that the server does not mix up the bytes of different files. */
  readonly #metadata: string;
  /** The highest offset that the server has confirmed. */
  confirmedOffset = 0;

  constructor(connection: Connection, url: URL, form: UploadForm, body: SeekableBody, options: UploadOptions) {
    this.#connection = connection;
    this.#url = url;
    this.#form = form;
    this.#body = body;
    this.#options = options;
    const version = createHash('sha256').update(body.version).digest('base64');
    this.#metadata = `version ${Buffer.from(version).toString('base64')}`;
  }

  /** Creates the upload if necessary, asks the server for the current offset, and sends the remaining bytes. */
  async attempt(): Promise<HttpResponse> {
    if (this.#attemptCount++ > 0) this.#options.onRetry?.();
    if (!this.#isCreated) {
      const created = await this.#send('POST', { 'Upload-Length': String(this.#body.size) });
      if (created.status !== 201) return this.#requireError(created, 'POST');
      this.#isCreated = true;
    }
    const head = await this.#send('HEAD', {});
    // a response to HEAD has no body, so add the message
    if (head.status === 409) return { ...head, body: Buffer.from(JSON.stringify({ message: differentFileMessage })) };
    if (head.status !== 200) return this.#requireError(head, 'HEAD');
    let response = head;
    for (let offset = this.#recordOffset(head); offset < this.#body.size;) {
      response = await this.#patch(offset);
      if (response.status >= 300 && response.status !== 409) return response;
      const offsetBefore = offset;
      // a server or proxy may accept only part of each request's body
      if (response.status < 300) offset = this.#recordOffset(response);
      // no progress: an earlier connection may still be open, or data may have been lost; status 500 causes a retry after a delay
      if (offset <= offsetBefore) return { ...response, status: 500 };
    }
    return response;
  }

  /**
   * Returns the response if its status is 300 or higher.
   *
   * @throws `ResponseShapeError` for a lower status, which the caller would take for a complete upload.
   */
  #requireError(response: HttpResponse, method: string): HttpResponse {
    if (response.status >= 300) return response;
    throw this.#createShapeError(
      `responded with HTTP ${response.status} to ${method}, which is not part of the tus protocol`,
    );
  }

  /** Records and returns a response's upload offset. @throws `ResponseShapeError` if the response has no valid upload offset. */
  #recordOffset({ headers }: HttpResponse): number {
    const offset = headers['upload-offset'] ?? '';
    if (!/^\d{1,15}$/.test(offset)) {
      throw this.#createShapeError('did not return the upload offset');
    }
    this.confirmedOffset = Math.max(this.confirmedOffset, Number(offset));
    return Number(offset);
  }

  #createShapeError(problem: string): ResponseShapeError {
    const message = `Could not upload ${this.#body.label}: ${this.#url.origin} ${problem}. Check any proxies between this machine and the server.`;
    return new ResponseShapeError(message, undefined);
  }

  async #patch(offset: number): Promise<HttpResponse> {
    const { size } = this.#body;
    const abortTimer = this.#createAbortTimer();
    const { onProgress } = this.#options;
    const meter = new ProgressMeter(
      size - offset,
      onProgress && (({ loaded }) => onProgress({ loaded: offset + loaded, total: size })),
    );
    const source = this.#body.openFrom(offset);
    const failure = watchSource(source, { ...this.#body, size: size - offset }, meter, abortTimer);
    try {
      const headers = {
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': String(size - offset),
        'Upload-Offset': String(offset),
      };
      const response = await this.#exchange('PATCH', headers, abortTimer, source);
      if (response.status < 300) this.#recordOffset(response);
      else if (source.readableEnded && mayHaveBeenAccepted(response)) this.#options.onOutcomeUnknown?.();
      return response;
    } catch (error) {
      if (source.readableEnded && failure.error === undefined) this.#options.onOutcomeUnknown?.();
      throw failure.error ?? error;
    } finally {
      abortTimer.clear();
      source.destroy();
    }
  }

  async #send(method: 'POST' | 'HEAD', headers: Record<string, string>): Promise<HttpResponse> {
    const abortTimer = this.#createAbortTimer();
    try {
      return await this.#exchange(method, headers, abortTimer);
    } finally {
      abortTimer.clear();
    }
  }

  #exchange(
    method: 'POST' | 'HEAD' | 'PATCH',
    headers: Record<string, string>,
    { signal }: AbortTimer,
    body?: Readable,
  ): Promise<HttpResponse> {
    const { fields } = this.#form;
    return exchange({
      method,
      url: this.#url,
      headers: {
        ...headers,
        'Tus-Resumable': '1.0.0',
        'Upload-Metadata': this.#metadata,
        'Upload-Policy': fields['policy'] ?? '',
        'Upload-Signature': fields['signature'] ?? '',
      },
      ...(body && { body }),
      signal,
      agents: this.#connection.agents,
      proxy: this.#connection.settings.proxyFor(this.#url),
      needsNewConnection: true,
    });
  }

  #createAbortTimer(): AbortTimer {
    const timeout = this.#options.timeout ?? this.#connection.settings.timeout;
    const createTimeoutError = () =>
      new TransportError(`no data was sent or received for ${timeout} ms`, { code: 'TIMEOUT' });
    return new AbortTimer(this.#options.signal, timeout, createTimeoutError);
  }
}
