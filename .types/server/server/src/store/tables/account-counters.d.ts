import type { Queryable } from '../db/db.js';
/** Returns how many of an account's files have been processed. */
export declare function readUnitsUsed(db: Queryable, accountId: string): Promise<number>;
/** Counts an event for a run or task that does not exist in the account. */
export declare function countUnmatchedEvent(db: Queryable, accountId: string): Promise<void>;
/** Returns how many of an account's events were for runs or tasks that do not exist in the account. */
export declare function readUnmatchedEvents(db: Queryable, accountId: string): Promise<number>;
