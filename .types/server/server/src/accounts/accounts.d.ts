import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
export interface Account {
    readonly id: string;
}
/** Creates a key for an account. Only its hash is stored. */
export declare function issueKey(db: Db, clock: Clock, accountId: string): Promise<string>;
/** Returns the oldest account, creating it on the first call. */
export declare function defaultAccount(db: Db, clock: Clock): Promise<Account>;
/** Creates an account, which is isolated from all others. */
export declare function createAccount(db: Db, clock: Clock, name: string): Promise<Account>;
/** Looks up accounts by key. Results are cached for a few seconds. */
export declare class KeyRing {
    #private;
    constructor(db: Db);
    find(key: string): Promise<Account | undefined>;
}
