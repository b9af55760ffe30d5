import type { Json } from 'millrace/shared/types/json.js';
import { fetchFromServer, ServerError, UnreachableError } from '../api.js';
import { toServerPath } from '../base.js';

export interface ProcessSettings {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** The model and parameters of each module, by position (`module_1`, …). */
  readonly modules: Readonly<
    Record<string, { readonly model: string; readonly params: Readonly<Record<string, Json>> }>
  >;
  /** How long the server keeps the file, in seconds. */
  readonly expireTime: number;
  readonly keepInput: boolean;
  /** The symbolic directory of the file; `undefined` for the server's default. */
  readonly directory: string | undefined;
  readonly tags: readonly Readonly<Record<string, string>>[];
  readonly description: string;
}

/** A run that starts after its file has been uploaded. */
interface Reservation {
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  /** The form for uploading the file; `null` if the request contained the file. */
  readonly presigned_post_url_results: {
    readonly url: string;
    readonly fields: Readonly<Record<string, string>>;
  } | null;
}

/**
 * Creates a run that starts after its file has been uploaded. Uses the protocol of the hosted service.
 *
 * @param batchId The id of the file's batch; `undefined` for a file outside a batch.
 * @param idempotencyKey A second call with the same key returns the same run, so the file is not processed twice.
 */
export async function reserveRun(
  settings: ProcessSettings,
  fileName: string,
  batchId: string | undefined,
  idempotencyKey: string,
): Promise<Reservation> {
  const response = await fetchFromServer(toServerPath('/krixik-core-process'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({
      pipeline: settings.pipeline,
      pipeline_ordered_modules: settings.chain,
      modules: settings.modules,
      file_name: fileName,
      symbolic_directory_path: settings.directory,
      file_tags: settings.tags,
      file_description: settings.description,
      expire_time: settings.expireTime,
      keep_input: settings.keepInput,
      batch: batchId,
    }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Reservation;
  throw toServerError(text, response.status);
}

export function uploadFile(
  { presigned_post_url_results: form }: Reservation,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  // the server already has the file
  if (form === null) return Promise.resolve();
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return new Promise((resolve, reject) => {
    // fetch does not report upload progress
    const request = new XMLHttpRequest();
    // send to the origin of this page: behind a reverse proxy, the form's URL can have another host and path
    request.open('POST', toServerPath(new URL(form.url).pathname.replace(/^.*(?=\/_upload)/, '')));
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () =>
      request.status < 300 ? resolve() : reject(toServerError(request.responseText, request.status)),
    );
    request.addEventListener('error', () => reject(new UnreachableError('The connection was lost during the upload.')));
    request.addEventListener('abort', () => reject(new DOMException('The upload was cancelled.', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

/** Converts an error response to a {@link ServerError}. Accepts the error formats of the hosted service and of `/v1`. */
function toServerError(text: string, status: number): ServerError {
  try {
    const { message, error, code } = JSON.parse(text) as {
      message?: string;
      code?: string;
      error?: { message?: string; code?: string };
    };
    return new ServerError(message ?? error?.message ?? String(status), status, code ?? error?.code);
  } catch {
    return new ServerError(String(status), status, undefined);
  }
}
