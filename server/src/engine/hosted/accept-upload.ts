import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { Queryable } from '../../store/db/db.js';
import { computeStartPositions } from '../../store/tables/blob-contents.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { groupWrites } from '../group-writes.js';
import { notifyRunChangedSql } from '../notify-run.js';
import { queueFirstSteps } from './queue-first-steps.js';

/** A complete upload. */
interface Upload {
  readonly fileId: string;
  /** A blob that has been written and synced, or small content, which is stored when the upload is accepted. */
  readonly blob: WrittenBlob;
  /** The version of a resumable upload. The upload is rejected if another version has replaced it. */
  readonly version?: string | undefined;
}

interface AcceptedRow {
  readonly blob: string;
  readonly run_id: string;
  readonly first_module: string;
  readonly account_id: string;
  readonly pipeline: string;
}

const acceptGrouped = groupWrites<Upload, boolean>(acceptUploads);

/**
 * Accepts a complete upload and queues the first step of its run.
 *
 * @param blob A synced blob or small content. A synced blob is deleted if it is not used.
 * @returns Whether the upload was accepted. False if an earlier upload of the file has been accepted.
 * @throws `EngineError` `gone` if the reservation no longer exists or if another version of the upload has replaced this one.
 */
export async function acceptUpload(
  context: EngineContext,
  fileId: string,
  blob: WrittenBlob,
  version?: string,
): Promise<boolean> {
  return deleteBlobIfUnused(context, blob, acceptGrouped(context, { fileId, blob, version }));
}

/**
 * Waits for the transaction that records a blob, and deletes the blob if the transaction did not use it.
 *
 * @param transaction Resolves to whether it used the blob. Rejects with an `EngineError` only if the blob is definitely unused.
 * @returns Whether the transaction used the blob.
 */
export async function deleteBlobIfUnused(
  { blobs }: EngineContext,
  blob: WrittenBlob,
  transaction: Promise<boolean>,
): Promise<boolean> {
  // small content has no file to delete: the transaction stores it in the database
  const isFile = blob.content === undefined;
  const isUsed = await transaction.catch(async (error: unknown) => {
    // after any other error, the transaction may have committed, so leave the blob for the leftover sweep
    if (isFile && error instanceof EngineError) await blobs.delete(blob.key);
    throw error;
  });
  if (isFile && !isUsed) await blobs.delete(blob.key);
  return isUsed;
}

/**
 * Accepts uploads in the caller's transaction. The caller must delete unused blobs.
 *
 * @returns For each upload, the value that {@link acceptUpload} returns or the error that it throws.
 */
export async function acceptUploads(
  context: EngineContext,
  tx: Queryable,
  uploads: readonly Upload[],
): Promise<readonly (boolean | EngineError)[]> {
  if (uploads.length === 0) return [];
  const contents = uploads.flatMap(({ blob }) => blob.content ?? []);
  const positions = computeStartPositions(contents);
  const { rows } = await tx.query<AcceptedRow>(
    `with accepted as (
       update file set state = 'processing', input_blob = upload.blob, input_bytes = upload.bytes, input_sha256 = upload.sha256
       from unnest($1::uuid[], $2::text[], $3::bigint[], $5::text[], $7::int[], $8::text[])
         upload (file_id, blob, bytes, version, start_at, sha256)
       -- the concatenation makes PostgreSQL look up files by id instead of scanning all reserved files
       where id = upload.file_id and state || '' = 'reserved' and expires_at > $4
         and (upload.version is null or upload_version = upload.version)
       returning id, chain, upload.blob, upload.bytes, upload.start_at, account_id, pipeline
     ), stored as (
       insert into blob_content (key, file_id, content)
       select blob, id, substring($6::bytea from start_at for bytes::int) from accepted where start_at is not null
     ), started as (
       update run set sequence = sequence + 1 from accepted
       where run.file_id = accepted.id and run.state = 'pending' returning run.id, run.sequence, run.file_id
     ), queued as (
       update task_run set queued_at = $4 from started where run_id = started.id and index = 0 returning run_id
     )
     select accepted.blob, started.id as run_id, accepted.chain ->> 0 as first_module, account_id, pipeline,
       ${notifyRunChangedSql('started.id', 'started.sequence', 'pending')}
     from accepted join started on started.file_id = accepted.id join queued on queued.run_id = started.id`,
    [
      uploads.map(({ fileId }) => fileId),
      uploads.map(({ blob }) => blob.key),
      uploads.map(({ blob }) => blob.bytes),
      context.clock.now(),
      uploads.map(({ version }) => version ?? null),
      Buffer.concat(contents),
      uploads.map(({ blob: { content } }) => (content ? (positions[contents.indexOf(content)] ?? null) : null)),
      uploads.map(({ blob }) => blob.sha256),
    ],
  );
  await queueFirstSteps(
    context,
    tx,
    rows.map(({ run_id: runId, first_module: module, account_id: account, pipeline: name }) => ({
      runId,
      module,
      fairnessKey: { account, name },
    })),
  );
  const used = new Set(rows.map(({ blob }) => blob));
  const toResult = async ({ fileId, blob }: Upload): Promise<boolean | EngineError> =>
    used.has(blob.key) || ((await hasAcceptedUpload(tx, fileId)) ? false : uploadGone());
  return Promise.all(uploads.map(toResult));
}

/**
 * Extends a reservation while its file is being uploaded, at most once every `reservationSeconds / 4` seconds.
 *
 * @returns False if the file is no longer reserved, for example because the reservation has expired.
 */
export async function extendReservation(context: EngineContext, fileId: string): Promise<boolean> {
  const now = context.clock.now();
  const ago = (fraction: number) => new Date(now.getTime() - context.reservationSeconds * 1000 * fraction);
  const { rows } = await context.db.query(
    `with extended as (
       update file set reserved_at = $2
       where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3 and reserved_at <= $4
     )
     select from file where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3`,
    [fileId, now, ago(1), ago(1 / 4)],
  );
  return rows.length > 0;
}

/** Returns whether an upload for this file has already been accepted. */
export async function hasAcceptedUpload(db: Queryable, fileId: string): Promise<boolean> {
  const { rows } = await db.query('select from file where id = $1 and input_bytes is not null', [fileId]);
  return rows.length > 0;
}

/** Returns the error for an upload whose reservation no longer exists or that another upload has replaced. */
export function uploadGone(): EngineError {
  return new EngineError(
    'gone',
    'this upload cannot be accepted: its reservation has expired or was cancelled, or another upload has replaced it',
  );
}
