import { createApiError } from '../http/create-api-error.js';
import type { SentFile } from '../process/start/reserve.js';
import type { BatchItem } from '../shared/runs/batch-status.js';

/** A file to send in a shared request. If `content` is `undefined`, the request only reports that the file failed. */
export interface WaitingFile {
  /** The file's description in the form's `files` field. */
  readonly item: Record<string, unknown>;
  readonly content: Buffer | undefined;
  /** Describes the file in error messages. */
  readonly label: string;
  resolve(sent: SentFile): void;
  reject(error: unknown): void;
}

/** Encodes files as the multipart form that `/v1/batches/:id/files` accepts. */
export function encodeForm(boundary: string, files: readonly WaitingFile[]): Buffer {
  const formatHeader = (parameters: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n`;
  const descriptions = `${formatHeader('name="files"')}${JSON.stringify(files.map(({ item }) => item))}\r\n`;
  const fileHeader = formatHeader('name="file"; filename="file"');
  const parts = files.flatMap(({ content }) =>
    content ? [Buffer.from(fileHeader), content, Buffer.from('\r\n')] : [],
  );
  return Buffer.concat([Buffer.from(descriptions), ...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

/** The HTTP statuses for refused files, by error code. All other codes map to 400. */
const statusByRefusalCode: Readonly<Record<string, number>> = {
  forbidden: 403,
  conflict: 409,
  already_exists: 409,
  chain_conflict: 409,
  too_large: 413,
  too_many_runs: 429,
};

/** Returns the error for a file that the server refused or left out of its response. */
export function createRefusalError({ label }: WaitingFile, outcome: BatchItem | undefined): Error {
  const error =
    outcome && 'error' in outcome
      ? outcome.error
      : { code: 'internal', message: 'the response does not include the file' };
  const response = { status: statusByRefusalCode[error.code] ?? 400, headers: {}, body: { error } };
  return createApiError(`process ${label}`, response);
}
