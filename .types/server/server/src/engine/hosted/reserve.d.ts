import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { EngineContext } from '../engine-context.js';
import type { Reservation, ReservationRequest } from './reservation.js';
/**
 * Reserves a symbolic path for a file that will be uploaded later, and creates its run.
 *
 * @param idempotencyKey Repeating a request with the same key returns the same reservation.
 * @throws `EngineError` `chain_conflict`, `already_exists`, `too_many_runs`, `conflict`.
 */
export declare function reserve(context: EngineContext, accountId: string, request: ReservationRequest, idempotencyKey?: string): Promise<Reservation>;
/**
 * Reserves a symbolic path for a file whose content is already available, and starts its run.
 *
 * @param blob A blob that has been written and synced. It is deleted if the request is rejected or repeats an earlier one.
 * @throws `EngineError` for the same reasons as {@link reserve}; `gone` if the reservation no longer exists; `conflict` if the
 * key was used for a file with a different length.
 */
export declare function reserveWithContent(context: EngineContext, accountId: string, request: ReservationRequest, idempotencyKey: string | undefined, blob: WrittenBlob): Promise<Reservation>;
