import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
/**
 * Accepts a complete upload, assigns it to its run and queues the first step.
 *
 * @param blob A blob that has been written and synced. It is deleted if unused.
 * @param version The resumable upload's version. The upload is rejected if another version has replaced it.
 * @returns False if the file was already uploaded, because only the first upload counts.
 * @throws `EngineError` `gone` if the reservation no longer exists.
 */
export declare function acceptUpload(context: EngineContext, fileId: string, blob: WrittenBlob, version?: string): Promise<boolean>;
/**
 * Waits for the transaction that records a blob, and deletes the blob if the transaction did not use it.
 *
 * @param transaction Resolves to true if it uses the blob. Rejects with an `EngineError` only if the blob is definitely unused.
 */
export declare function settleBlob({ blobs }: EngineContext, blob: WrittenBlob, transaction: Promise<boolean>): Promise<boolean>;
/** Accepts an upload in the caller's transaction. The caller must delete the blob if it is unused. */
export declare function acceptInTransaction(context: EngineContext, tx: Queryable, fileId: string, blob: WrittenBlob, version?: string): Promise<boolean>;
/**
 * Extends a reservation during its upload, unless it was extended recently.
 *
 * @returns False if the reservation no longer exists.
 */
export declare function extendReservation(context: EngineContext, fileId: string): Promise<boolean>;
/** Whether an upload for this file has already been accepted. */
export declare function wasAccepted(db: Queryable, fileId: string): Promise<boolean>;
/** Returns the error for an upload whose reservation no longer exists. */
export declare function uploadGone(): EngineError;
