import type { Json } from 'millrace/shared/types/json.js';
import { ServerError } from '../api.js';
import { serverPath } from '../base.js';

/** What is to be done with a file. */
export interface Work {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** By position: `module_1`. */
  readonly modules: Readonly<
    Record<string, { readonly model: string; readonly params: Readonly<Record<string, Json>> }>
  >;
  /** In seconds. */
  readonly expireTime: number;
  readonly keepInput: boolean;
  /** `undefined`: the server's own. */
  readonly directory: string | undefined;
  readonly tags: readonly Readonly<Record<string, string>>[];
  readonly description: string;
}

/** A run that waits for its file. */
interface Reservation {
  readonly request_id: string;
  readonly file_id: string;
  readonly message: string;
  readonly presigned_post_url_results: {
    readonly url: string;
    readonly fields: Readonly<Record<string, string>>;
  } | null;
}

/**
 * Reserves a place for a file, by the protocol of the hosted service.
 *
 * @param batch The id of the batch that the file is part of.
 * @param key The same key finds the same run, so that a file is never processed twice.
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

/** Sends a file to its reserved place. */
export function upload(
  { presigned_post_url_results: form }: Reservation,
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  // the same key again, and the file is there already
  if (form === null) return Promise.resolve();
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return new Promise((resolve, reject) => {
    // fetch does not tell how much was sent
    const request = new XMLHttpRequest();
    // whatever the server is called elsewhere, this page reaches it here
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
