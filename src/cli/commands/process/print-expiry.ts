import type { Client } from '../../../index.js';
import type { Call } from '../../command.js';
import { describeDuration } from '../../options/time-values.js';
import { formatTime } from '../../output/table.js';
import type { FileOutcome } from './process-file.js';

/** A file's default time to live, in seconds. The SDK clamps it to the server's limits. */
const defaultExpirySeconds = 1800;

/**
 * Prints when the server deletes the processed files.
 *
 * @param expireTime The value of `--expire`: seconds, `null` for never, or `undefined` if the option is not given.
 */
export async function printExpiry(
  client: Client,
  outcomes: readonly Pick<FileOutcome, 'fileId' | 'expiresAt'>[],
  expireTime: number | null | undefined,
  { hasDirectories, hasFiles }: { readonly hasDirectories: boolean; readonly hasFiles: boolean },
  { output, signal }: Pick<Call, 'output' | 'signal'>,
): Promise<void> {
  const uploaded = outcomes.filter(({ fileId }) => fileId !== undefined);
  const [first] = uploaded;
  if (first?.fileId === undefined) return;
  if (expireTime !== undefined) {
    output.note(await describeExpireTime(client, expireTime, { signal }));
    return;
  }
  if (uploaded.length === 1 && first.expiresAt !== undefined) {
    output.note(describeFileExpiry(first.fileId, first.expiresAt));
    return;
  }
  const { limits } = await client.serverInfo({ signal });
  const keepsDirectoryFiles = hasDirectories && limits.neverExpires && limits.lookupFiles !== null;
  if (keepsDirectoryFiles) {
    output.note(`${hasFiles ? 'Files in directories: ' : ''}${await describeExpireTime(client, null, { signal })}`);
  }
  if (keepsDirectoryFiles && !hasFiles) return;
  const seconds = Math.min(Math.max(defaultExpirySeconds, limits.expireTime.min), limits.expireTime.max);
  output.note(
    `${keepsDirectoryFiles ? 'Other files: ' : ''}The server deletes each file ${describeDuration(seconds)} after its upload. ` +
      'To keep files longer, use --expire SECONDS. To keep a file that is already there: millrace update FILE_ID --expire SECONDS',
  );
}

/** Describes when the server deletes a file. @param expiresAt `null` if the file never expires. */
export function describeFileExpiry(fileId: string, expiresAt: Date | string | null): string {
  if (expiresAt === null) return 'The server keeps the file until it is deleted.';
  return `The server deletes the file at ${formatTime(expiresAt)}. To keep it: millrace update ${fileId} --expire SECONDS`;
}

/** Describes when the server deletes several files. @param expiries For each file, its expiry time, or `null` if it never expires. */
export function describeExpiries(expiries: readonly (string | null)[]): string {
  const [earliest, ...rest] = expiries.flatMap((time) => (time === null ? [] : formatTime(time))).sort();
  if (earliest === undefined) return 'The server keeps the files until they are deleted.';
  const latest = rest.at(-1) ?? earliest;
  const keptCount = expiries.filter((time) => time === null).length;
  return (
    `The server deletes the files ${latest === earliest ? `at ${earliest}` : `from ${earliest} to ${latest}`}` +
    `${keptCount === 0 ? '' : `, and keeps ${keptCount} of them until they are deleted`}. ` +
    'To keep one: millrace update FILE_ID --expire SECONDS'
  );
}

/**
 * Describes how long the server keeps each file.
 *
 * @param expireTime Seconds from the upload, or `null` for never. If the server does not support `null`, its default applies.
 */
export async function describeExpireTime(
  client: Client,
  expireTime: number | null,
  { signal }: Pick<Call, 'signal'>,
): Promise<string> {
  if (expireTime !== null) return `The server deletes each file ${describeDuration(expireTime)} after its upload.`;
  const { limits } = await client.serverInfo({ signal });
  if (!limits.neverExpires)
    return `The server deletes each file ${describeDuration(defaultExpirySeconds)} after its upload.`;
  return 'The server keeps each file until it is deleted. To limit this, use --expire SECONDS.';
}
