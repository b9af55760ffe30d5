import type { Readable } from 'node:stream';
import { TimeoutError } from '../../errors/connection-error.js';
import { IntegrityError } from '../../errors/response-error.js';
import type { FileSource } from './file-source.js';
import { abortable } from '../../shared/runtime/abortable.js';
import type { Connection } from '../../http/connection.js';
import { AbortTimer } from '../../shared/runtime/abort-timer.js';
import { TransportError } from '../../http/transport-error.js';
import type { RequestOptions } from '../../shared/types/client-options.js';

/**
 * Reads a file if it is small enough to be sent in the request, which avoids a separate upload.
 *
 * @param maxBytes Maximum size of a file that can be sent in a request, or `null` if the server does not accept files in requests.
 * @returns The content, or `undefined` if the file is too large, its size is unknown, or `maxBytes` is `null`.
 * @throws `IntegrityError` if the file does not have the expected size; `TimeoutError` if no bytes are read for `timeout` milliseconds;
 * any error from reading the file; the signal's reason if the signal is aborted.
 */
export async function readSmallContent(
  connection: Connection,
  source: FileSource,
  maxBytes: number | null,
  options: RequestOptions,
): Promise<Buffer | undefined> {
  const { size, label, load } = source;
  if (size === undefined || maxBytes === null || size > maxBytes) return undefined;
  const timeout = options.timeout ?? connection.settings.timeout;
  const abortTimer = new AbortTimer(
    options.signal,
    timeout,
    () => new TransportError(`no bytes were read from the file for ${timeout} ms`, { code: 'TIMEOUT' }),
  );
  const stream = load ? undefined : source.open();
  const read = async (): Promise<Buffer> => {
    if (!stream) return assertSize((await load?.()) as Buffer, label, size);
    return readAll(stream, label, size, abortTimer);
  };
  try {
    return await abortable(read(), abortTimer.signal);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    // unlike `toConnectionError`, name no server, because no request was sent
    const { code, message } = error;
    const cause = Object.assign(new Error(message), { code, stack: `Error: ${message}` });
    throw new TimeoutError(`Could not read ${label}: ${message}.`, { cause, retryable: true });
  } finally {
    abortTimer.clear();
    stream?.destroy();
  }
}

async function readAll(stream: Readable, label: string, size: number, abortTimer: AbortTimer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    abortTimer.restart();
    chunks.push(chunk);
    byteCount += chunk.length;
    if (byteCount > size) break;
  }
  return assertSize(Buffer.concat(chunks), label, size);
}

function assertSize(content: Buffer, label: string, size: number): Buffer {
  if (content.length === size) return content;
  const got = content.length > size ? 'more' : String(content.length);
  throw new IntegrityError(
    `Expected ${label} to have ${size} bytes, got ${got}. The file may have changed during the upload.`,
  );
}
