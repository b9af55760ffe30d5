import { createHash } from 'node:crypto';
import type { Queryable } from '../../store/db/db.js';
import { acquireNamedLocks } from '../../store/db/acquire-named-locks.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';

export interface ResumableUpload {
  /** The name of the partial blob. Each version has its own blob, so that late writes to one version cannot corrupt another. */
  readonly partialBlob: string;
  /** The client's identifier for the file's content. */
  readonly version: string;
  /** The size of the whole file, in bytes. */
  readonly length: number;
  /** Whether the complete upload was accepted. */
  readonly isAccepted: boolean;
  /** When the reservation expires if no more data is received; `null` if the upload was accepted. */
  readonly expiresAt: Date | null;
}

/**
 * Starts a resumable upload for a reservation. Replaces an earlier upload if its length or version is different.
 *
 * @param upload `version` distinguishes contents that have the same length.
 * @returns The names of the upload's partial blob and of the partial blob that it replaces, if any; `undefined` if an upload was already
 * accepted, or the reservation has expired or was deleted.
 * @throws `EngineError` `too_many_uploads` if the account's unfinished uploads would exceed the limit on their total size.
 */
export async function startResumableUpload(
  context: EngineContext,
  fileId: string,
  { length, version }: { readonly length: number; readonly version: string },
): Promise<{ partialBlob: string; replacedBlob: string | undefined } | undefined> {
  return context.db.tx(async (tx) => {
    const { rows } = await tx.query<{
      account_id: string;
      upload_length: number | null;
      upload_version: string | null;
    }>(
      `select account_id, upload_length, upload_version from file
       where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3 for update`,
      [fileId, ...reservationCutoffs(context)],
    );
    const [file] = rows;
    if (!file) return undefined;
    await assertUploadLimit(context, tx, { fileId, length, accountId: file.account_id });
    await tx.query(
      'update file set upload_length = $2, upload_version = $3, reserved_at = greatest(reserved_at, $4) where id = $1',
      [fileId, length, version, extendedReservedAt(context)],
    );
    const partialBlob = partialBlobName(fileId, length, version);
    const { upload_length: oldLength, upload_version: oldVersion } = file;
    const oldBlob =
      oldLength === null || oldVersion === null ? partialBlob : partialBlobName(fileId, oldLength, oldVersion);
    return { partialBlob, replacedBlob: oldBlob === partialBlob ? undefined : oldBlob };
  });
}

/**
 * Checks that the account's unfinished uploads, including this one, do not exceed the limit on their total size. An upload can exceed the
 * limit if it is the account's only unfinished one.
 *
 * @throws `EngineError` `too_many_uploads` if the uploads exceed the limit.
 */
async function assertUploadLimit(
  context: EngineContext,
  tx: Queryable,
  { fileId, length, accountId }: { fileId: string; length: number; accountId: string },
): Promise<void> {
  // serialize the transactions that start uploads, because concurrent transactions do not see each other's uploads
  await acquireNamedLocks(tx, [`${accountId} uploads`]);
  const { rows } = await tx.query<{ bytes: number }>(
    `select coalesce(sum(upload_length), 0)::float8 as bytes from file
     where account_id = $4 and state = 'reserved' and expires_at > $2 and reserved_at > $3 and id <> $1`,
    [fileId, ...reservationCutoffs(context), accountId],
  );
  const otherBytes = rows[0]?.bytes ?? 0;
  if (otherBytes === 0 || otherBytes + length <= context.maxUnfinishedBytes) return;
  throw new EngineError(
    'too_many_uploads',
    `this account's unfinished uploads can have at most ${context.maxUnfinishedBytes} bytes in total; wait until some have finished.`,
  );
}

/** Returns a file's resumable upload, or `undefined` if it was never started, or if the reservation or the file has expired. */
export async function findResumableUpload(
  context: EngineContext,
  fileId: string,
): Promise<ResumableUpload | undefined> {
  const { rows } = await context.db.query<{
    upload_length: number;
    upload_version: string;
    accepted: boolean;
    reserved_at: Date;
  }>(
    `select upload_length, upload_version, input_bytes is not null as accepted, reserved_at from file
     where id = $1 and upload_length is not null and expires_at > $2
       and (input_bytes is not null or (state = 'reserved' and reserved_at > $3))`,
    [fileId, ...reservationCutoffs(context)],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { upload_length: length, upload_version: version, accepted, reserved_at: reservedAt } = row;
  const expiresAt = accepted ? null : new Date(reservedAt.getTime() + context.reservationSeconds * 1000);
  return { partialBlob: partialBlobName(fileId, length, version), version, length, isAccepted: accepted, expiresAt };
}

/**
 * Extends the reservation so that the upload can be resumed after an interruption.
 *
 * @returns False if the upload was accepted, another version has replaced this one, or the reservation has expired.
 */
export async function extendResumableUpload(context: EngineContext, fileId: string, version: string): Promise<boolean> {
  const { affected } = await context.db.query(
    `update file set reserved_at = greatest(reserved_at, $4)
     where id = $1 and state = 'reserved' and upload_version = $5 and expires_at > $2 and reserved_at > $3`,
    [fileId, ...reservationCutoffs(context), extendedReservedAt(context), version],
  );
  return affected > 0;
}

/** Returns the name of a partial blob, in UUID format. The name depends only on the arguments, so it is the same on all servers. */
export function partialBlobName(fileId: string, length: number, version: string): string {
  const digest = createHash('sha256').update(`${fileId} ${length} ${version}`).digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

function reservationCutoffs({ clock, reservationSeconds }: EngineContext): [now: Date, reservedAfter: Date] {
  const now = clock.now();
  return [now, new Date(now.getTime() - reservationSeconds * 1000)];
}

/**
 * Returns the `reserved_at` that extends a reservation to at least `resumeSeconds` from now. A reservation expires `reservationSeconds`
 * after `reserved_at`, so the returned time is in the future if `resumeSeconds` is greater than `reservationSeconds`.
 */
function extendedReservedAt({ clock, reservationSeconds, resumeSeconds }: EngineContext): Date {
  return new Date(clock.now().getTime() + Math.max(0, resumeSeconds - reservationSeconds) * 1000);
}
