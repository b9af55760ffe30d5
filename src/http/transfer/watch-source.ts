import type { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/response-error.js';
import type { Deadline } from '../../shared/runtime/deadline.js';
import type { ProgressMeter } from './progress-meter.js';

/** The content to upload. */
export interface UploadBody {
  /** Describes the content in error messages. */
  readonly label: string;
  /** Length in bytes, or `undefined` if unknown. */
  readonly size: number | undefined;
  /** Whether `open()` can be called more than once. */
  readonly isRepeatable: boolean;
  open(): Readable;
}

/**
 * Monitors a source while a request reads it. Aborts the request if the source fails, if its size is unexpected, or if the progress
 * callback throws.
 *
 * @returns An object for the cause of an abort. Its `error` is set before the request is aborted.
 */
export function watchSource(
  source: Readable,
  body: UploadBody,
  meter: ProgressMeter,
  deadline: Deadline,
): { error?: unknown } {
  const failure: { error?: unknown } = {};
  const fail = (error: unknown): void => {
    failure.error ??= error;
    deadline.abort(error);
  };
  const checkSize = (isValid: boolean): void => {
    if (!isValid) {
      fail(
        new IntegrityError(
          `Expected ${body.label} to have ${String(body.size)} bytes, got ${meter.loaded}. The file may have changed during the upload.`,
        ),
      );
    }
  };
  // a `data` listener would otherwise start the stream before the request reads it
  source.pause();
  source.on('data', (chunk: Buffer) => {
    deadline.touch();
    try {
      meter.add(chunk.length);
    } catch (error) {
      fail(error);
    }
    checkSize(body.size === undefined || meter.loaded <= body.size);
  });
  source.once('end', () => checkSize(body.size === undefined || meter.loaded === body.size));
  source.on('error', fail);
  source.once('close', () => {
    if (!source.readableEnded) fail(new Error(`${body.label} was closed before it ended`));
  });
  return failure;
}
