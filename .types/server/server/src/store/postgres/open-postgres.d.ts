import { PoolDb } from '../db/pool-db.js';
export interface OpenPostgresOptions {
    readonly databaseUrl: string;
    /** Maximum number of connections for statements. One more connection receives notifications. @default 10 */
    readonly maxConnections?: number;
}
/** @throws If the server cannot be reached, rejects the login, or is older than PostgreSQL 15. */
export declare function openPostgres({ databaseUrl, maxConnections }: OpenPostgresOptions): Promise<PoolDb>;
