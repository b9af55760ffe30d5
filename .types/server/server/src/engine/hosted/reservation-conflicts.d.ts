import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { type ReservationRequest } from './reservation.js';
/** A reason to reject a reservation. */
interface Conflict {
    readonly kind: 'chain' | 'path' | 'too many runs';
    readonly chain: string[] | null;
    /** Whether the file at the path can be removed, because it has expired or was never uploaded. */
    readonly is_gone: boolean;
}
/** Finds a reservation's conflicts: a different chain, an existing file at the path, or too many unfinished runs. */
export declare function findConflicts(context: EngineContext, tx: Queryable, accountId: string, request: ReservationRequest): Promise<readonly Conflict[]>;
/** Removes an expired or abandoned file at the path. @throws `EngineError` for any other conflict. */
export declare function settleConflicts(context: EngineContext, tx: Queryable, accountId: string, request: ReservationRequest, conflicts: readonly Conflict[]): Promise<void>;
export {};
