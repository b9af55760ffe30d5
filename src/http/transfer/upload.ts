import { appendToMessage } from '../../errors/retry-advice.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { TransferProgress } from '../../shared/types/process.js';
import { parseJson } from '../response-body.js';
import { withRetries } from '../attempts.js';
import type { Connection } from '../connection.js';
import { AbortTimer } from '../../shared/runtime/abort-timer.js';
import { exchange, type HttpResponse } from '../exchange.js';
import { ProgressMeter } from './progress-meter.js';
import { createApiError } from '../create-api-error.js';
import { mayHaveBeenAccepted } from '../retry-policy.js';
import { TransportError } from '../transport-error.js';
import { parseTransferUrl } from './transfer-url.js';
import { watchSource, type UploadBody } from './watch-source.js';

/** A presigned upload form from the server. */
export interface UploadForm {
  readonly url: string;
  /** The fields to send before the file, in this order. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface UploadOptions extends RequestOptions {
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Called if the whole file was sent, but it is unknown whether the server accepted it. */
  onOutcomeUnknown?: () => void;
  /** Called before each retry. */
  onRetry?: (() => void) | undefined;
  /** Called after each response to a form upload, with the number of file bytes sent. Resumable uploads do not call it. */
  onSent?: (byteCount: number) => void;
}

/**
 * Streams a file as the last part of a multipart form. Each attempt reads the file again. The API key is not sent, because the form's
 * fields authorize the upload. The caller must send the final progress report.
 *
 * @throws `ConnectionError` if the last attempt receives no complete response; `ApiError` if the server returns an error;
 * `ResponseShapeError` if the form's URL is invalid; `IntegrityError` if the file does not have the expected size; any error from reading
 * the file or from `onProgress`; the signal's reason if it is aborted.
 */
export async function upload(
  connection: Connection,
  form: UploadForm,
  body: UploadBody,
  fileName: string,
  options: UploadOptions,
): Promise<void> {
  const action = `upload ${body.label}`;
  const url = parseTransferUrl(form.url, action);
  let response: HttpResponse;
  try {
    ({ response } = await withRetries(
      (earlierAttemptCount) => postForm(earlierAttemptCount, connection, url, form, body, fileName, options),
      {
        retryPolicy: 'always',
        target: connection.createRetryTarget('POST', url, true),
        options: body.isRepeatable ? options : { ...options, maxRetries: 0 },
      },
    ));
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const failure = error.toConnectionError(action, url);
    if (!body.isRepeatable) appendToMessage(failure, ` ${noRetryAdvice}`);
    throw failure;
  }
  if (response.status === 204) return;
  const content = parseJson(response.body.toString('utf8')) ?? decodeStart(response.body);
  const failure = createApiError(action, { ...response, body: content }, 'presigned');
  if (!body.isRepeatable && failure.retryable) appendToMessage(failure, ` ${noRetryAdvice}`);
  throw failure;
}

const noRetryAdvice =
  'The upload was not retried, because a stream can be read only once. Pass a path, a Blob or bytes to allow retries.';

async function postForm(
  earlierAttemptCount: number,
  connection: Connection,
  url: URL,
  { fields }: UploadForm,
  body: UploadBody,
  fileName: string,
  options: UploadOptions,
): Promise<HttpResponse> {
  const { default: FormData } = await import('form-data');
  if (earlierAttemptCount > 0) options.onRetry?.();
  const timeout = options.timeout ?? connection.settings.timeout;
  const abortTimer = new AbortTimer(
    options.signal,
    timeout,
    () => new TransportError(`no data was sent or received for ${timeout} ms`, { code: 'TIMEOUT' }),
  );
  const meter = new ProgressMeter(body.size, options.onProgress);
  const source = body.open();
  const failure = watchSource(source, body, meter, abortTimer);
  const form = new FormData({ maxDataSize: Infinity });
  try {
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', source, { filename: fileName, ...(body.size !== undefined && { knownLength: body.size }) });
    const response = await exchange({
      method: 'POST',
      url,
      headers: {
        ...(form.getHeaders() as Record<string, string>),
        ...(body.size !== undefined && { 'Content-Length': String(form.getLengthSync()) }),
      },
      body: form,
      signal: abortTimer.signal,
      agents: connection.agents,
      proxy: connection.settings.proxyFor(url),
      needsNewConnection: true,
    });
    options.onSent?.(meter.loaded);
    if (source.readableEnded && response.status !== 204 && mayHaveBeenAccepted(response)) options.onOutcomeUnknown?.();
    return response;
  } catch (error) {
    if (source.readableEnded && failure.error === undefined) options.onOutcomeUnknown?.();
    throw failure.error ?? error;
  } finally {
    abortTimer.clear();
    // axios does not close the source after an abort
    source.destroy();
    form.destroy();
  }
}

function decodeStart(body: Buffer): string {
  return body.toString('utf8', 0, 2000);
}
