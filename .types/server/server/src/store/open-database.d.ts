import type { Db } from './db/db.js';
import { type OpenEmbeddedOptions } from './embedded/open-embedded.js';
interface OpenDatabaseOptions extends OpenEmbeddedOptions {
    /** URL of a PostgreSQL server, version 15 or newer. @default the embedded database in `<dataDir>/pg` */
    readonly databaseUrl?: string;
    /**
     * Maximum number of connections to the PostgreSQL server for statements. One more connection receives notifications.
     *
     * @default 10
     */
    readonly maxConnections?: number;
}
export interface OpenDatabase extends Db {
    /**
     * Records this server's address for processes that find the data directory locked. Has no effect if a PostgreSQL server is
     * used.
     */
    recordServer(host: string, port: number): Promise<void>;
}
/** Opens the embedded database, or connects to a PostgreSQL server, and migrates the schema to the code's version. */
export declare function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase>;
export {};
