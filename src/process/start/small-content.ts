import type { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/integrity-error.js';
import type { FileSource } from './file-source.js';
import { abortable } from '../../http/abortable.js';
import type { Connection } from '../../http/connection.js';
import { Deadline } from '../../http/deadline.js';
import { TransportFault } from '../../http/transport-fault.js';
import type { RequestOptions } from '../../shared/types/client-options.js';

/**
 * All of a file that the server takes in the request itself: one exchange instead of two. Nothing when it is larger than that.
 *
 * @throws `IntegrityError` when it is not as long as it was said to be, `ConnectionError` when it stops coming, an error of reading it,
 * or the signal's reason.
 */
export async function readSmallContent(
  connection: Connection,
  source: FileSource,
  options: RequestOptions,
): Promise<Buffer | undefined> {
  const { limits } = await connection.server(options);
  const { size, label } = source;
  if (size === undefined || limits.inlineBytes === null || size > limits.inlineBytes) return undefined;
  const timeout = options.timeout ?? connection.settings.timeout;
  const deadline = new Deadline(
    options.signal,
    timeout,
    () => new TransportFault(`nothing of the file came for ${timeout} ms`, { code: 'TIMEOUT' }),
  );
  const stream = source.open();
  try {
    return await abortable(readAll(stream, label, size, deadline), deadline.signal);
  } catch (error) {
    throw error instanceof TransportFault ? error.toError(`read ${label}`, new URL(connection.apiUrl)) : error;
  } finally {
    deadline.clear();
    stream.destroy();
  }
}

async function readAll(stream: Readable, label: string, size: number, deadline: Deadline): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    deadline.touch();
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > size) break;
  }
  if (bytes === size) return Buffer.concat(chunks);
  const got = bytes > size ? 'more' : String(bytes);
  throw new IntegrityError(`Expected ${label} to have ${size} bytes, got ${got}. Did it change while it was sent?`);
}
