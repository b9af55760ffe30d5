import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
/** The contents of `credentials.json`, which the SDK uses to find a server on the same machine. */
interface Credentials {
    readonly apiUrl: string;
    readonly apiKey: string;
}
/**
 * Ensures that `<dataDir>/credentials.json` (mode 0600) contains a valid key. An existing key is kept if it is valid.
 *
 * @returns The credentials, and whether the key is new.
 */
export declare function ensureCredentials(db: Db, clock: Clock, dataDir: string, apiUrl: string): Promise<Credentials & {
    isNew: boolean;
}>;
export {};
