import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { type Reservation, type ReservationRequest } from './reservation.js';
/** Inserts a file, its run and its task runs. */
export declare function insertReservation(context: EngineContext, tx: Queryable, accountId: string, request: ReservationRequest, { fileId, runId }: Reservation): Promise<void>;
