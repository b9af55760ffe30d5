import type { Db } from '../db/db.js';
/** Returns the key that signs upload and download URLs. All servers that use this store share the key. */
export declare function signingSecret(db: Db): Promise<Buffer>;
/** Returns a permanent setting. The first server that uses the store creates it with `make`. */
export declare function permanentSetting(db: Db, name: string, make: () => string): Promise<string>;
export declare function findSetting(db: Db, name: string): Promise<string | undefined>;
