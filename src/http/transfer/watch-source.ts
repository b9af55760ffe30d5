import type { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/response-error.js';
import type { AbortTimer } from '../../shared/runtime/abort-timer.js';
import type { ProgressMeter } from './progress-meter.js';

/** The content to upload. */
export interface UploadBody {
  /** Describes the content in error messages. */
  readonly label: string;
  /** Size in bytes, or `undefined` if unknown. */
  readonly size: number | undefined;
  /** Whether `open()` can be called more than once. */
  readonly isRepeatable: boolean;
  open(): Readable;
}

/**
 * Monitors a source while a request reads it. Counts the bytes and restarts the timeout after each chunk. Aborts the request if the source
 * fails or closes early, if its size differs from `body.size`, or if the progress callback throws.
 *
 * @returns An object whose `error` is set to the cause before the request is aborted.
 */
export function watchSource(
  source: Readable,
  body: UploadBody,
  meter: ProgressMeter,
  abortTimer: AbortTimer,
): { error?: unknown } {
  const failure: { error?: unknown } = {};
  const fail = (error: unknown): void => {
    failure.error ??= error;
    abortTimer.abort(error);
  };
  const abortUnless = (isSizeValid: boolean): void => {
    if (!isSizeValid) {
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
    abortTimer.restart();
    try {
      meter.add(chunk.length);
    } catch (error) {
      fail(error);
    }
    abortUnless(body.size === undefined || meter.loaded <= body.size);
  });
  source.once('end', () => abortUnless(body.size === undefined || meter.loaded === body.size));
  source.on('error', fail);
  source.once('close', () => {
    if (!source.readableEnded) fail(new Error(`${body.label} was closed before it ended`));
  });
  return failure;
}
