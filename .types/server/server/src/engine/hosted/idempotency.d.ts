import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import type { Reservation, ReservationRequest } from './reservation.js';
/** An earlier request with the same idempotency key. */
interface EarlierRequest {
    readonly request_hash: string;
    readonly response: Reservation;
}
/**
 * Returns a digest for comparing requests with the same key. It omits the webhook's secret, whose ciphertext differs each time.
 */
export declare function hashRequest(request: ReservationRequest): string;
export declare function findEarlierRequest(tx: Queryable, accountId: string, key: string): Promise<EarlierRequest | undefined>;
/** Returns the reservation from an earlier request. @throws `EngineError` `conflict` if the earlier request was different. */
export declare function reuseReservation(earlier: EarlierRequest, hash: string): Reservation;
export declare function storeRequest(context: EngineContext, tx: Queryable, accountId: string, request: {
    readonly key: string;
    readonly hash: string;
    readonly reservation: Reservation;
}): Promise<void>;
export {};
