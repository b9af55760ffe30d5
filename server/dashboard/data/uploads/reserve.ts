import type { Json } from 'millrace/shared/types/json.js';
import { ServerError } from '../api.js';
import { serverPath } from '../base.js';

/** How a file is to be processed. */
export interface Work {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** The model and parameters of each module, by its position: `module_1`. */
  readonly modules: Readonly<
    Record<string, { readonly model: string; readonly params: Readonly<Record<string, Json>> }>
  >;
  /** How long the server keeps the file, in seconds. */
  readonly expireTime: number;
  readonly keepInput: boolean;
  /** `undefined` for the server's default. */
  readonly directory: string | undefined;
  readonly tags: readonly Readonly<Record<string, string>>[];
  readonly description: string;
}

/** A run that waits for its file. */
interface Reservation {
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  /** The form to upload the file with; `null` if the file was already uploaded. */
  readonly presigned_post_url_results: {
    readonly url: string;
    readonly fields: Readonly<Record<string, string>>;
  } | null;
}

/**
 * Creates a run that waits for a file, by the protocol of the hosted service.
 *
 * @param batch The id of the file's batch.
 * @param key The idempotency key: the same key returns the same run, so that a file is never processed twice.
 */
export async function reserve(
  work: Work,
  fileName: string,
  batch: string | undefined,
  key: string,
  signal: AbortSignal,
): Promise<Reservation> {
  const response = await fetch(serverPath('/krixik-core-process'), {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({
      pipeline: work.pipeline,
      pipeline_ordered_modules: work.chain,
      modules: work.modules,
      file_name: fileName,
      symbolic_directory_path: work.directory,
      file_tags: work.tags,
      file_description: work.description,
      expire_time: work.expireTime,
      keep_input: work.keepInput,
      batch,
    }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Reservation;
  throw readRefusal(text, response.status);
}

/** Uploads the file that a run waits for. @param onProgress Called with the number of bytes sent so far. */
export function upload(
  { presigned_post_url_results: form }: Reservation,
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  // an earlier attempt with the same key uploaded the file
  if (form === null) return Promise.resolve();
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return new Promise((resolve, reject) => {
    // fetch does not report how much was sent
    const request = new XMLHttpRequest();
    // the form's URL is the server's own: a reverse proxy may serve it with another host and path
    request.open('POST', serverPath(new URL(form.url).pathname.replace(/^.*(?=\/_upload)/, '')));
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () =>
      request.status < 300 ? resolve() : reject(readRefusal(request.responseText, request.status)),
    );
    request.addEventListener('error', () => reject(new TypeError('The connection was lost')));
    request.addEventListener('abort', () => reject(new DOMException('The upload was cancelled', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

function readRefusal(text: string, status: number): ServerError {
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
