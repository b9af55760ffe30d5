import type { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/response-error.js';
import type { Deadline } from '../deadline.js';
import type { ProgressMeter } from './progress-meter.js';

/** The content to upload. */
export interface UploadBody {
  /** The content's name, for use in error messages. */
  readonly label: string;
  /** Length in bytes, or `undefined` if unknown. */
  readonly size: number | undefined;
  /** Whether `open()` can be called again. */
  readonly repeatable: boolean;
  open(): Readable;
}

/**
 * Watches a source while the form reads it. A source error aborts the exchange and is kept separate from connection errors.
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
  const check = (holds: boolean): void => {
    if (!holds) {
      fail(
        new IntegrityError(
          `Expected ${body.label} to have ${String(body.size)} bytes, got ${meter.loaded}. Did it change during the upload?`,
        ),
      );
    }
  };
  // a listener for `data` would start the stream before the form reads it
  source.pause();
  source.on('data', (chunk: Buffer) => {
    deadline.touch();
    try {
      meter.add(chunk.length);
    } catch (error) {
      fail(error);
    }
    check(body.size === undefined || meter.loaded <= body.size);
  });
  source.once('end', () => check(body.size === undefined || meter.loaded === body.size));
  source.on('error', fail);
  source.once('close', () => {
    if (!source.readableEnded) fail(new Error(`${body.label} was closed before it ended`));
  });
  return failure;
}
