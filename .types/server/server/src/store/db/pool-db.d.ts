import type pg from 'pg';
import type { Db, Queryable, Rows, TxOptions } from './db.js';
import type { Notifications } from './notifications.js';
interface PoolDbParts {
    readonly backend: Db['backend'];
    readonly pool: pg.Pool;
    readonly notifications: Notifications;
    /** Maximum number of connections that one account's requests use at once. */
    readonly connectionsPerAccount: number;
    /** Cancels the statement that a connection runs. Omitted if the backend cannot do so. */
    readonly cancel?: (processId: number) => Promise<void>;
    /** Called when closing starts, while the database still accepts statements. */
    readonly beforeClose?: () => Promise<void>;
    /** Called after the last connection has been released. */
    readonly onClose: () => Promise<void>;
}
/**
 * Sets up each new connection so that both backends format values identically. The pool awaits the returned promise, despite its
 * types.
 */
export declare const setUpSession: (client: pg.ClientBase) => void;
/** Implements `Db` with a node-postgres connection pool, which has one connection if the database is embedded. */
export declare class PoolDb implements Db {
    #private;
    readonly backend: Db['backend'];
    constructor(parts: PoolDbParts);
    query<R>(sql: string, params?: readonly unknown[]): Promise<Rows<R>>;
    tx<T>(work: (tx: Queryable) => Promise<T>, options?: TxOptions): Promise<T>;
    listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
    close(): Promise<void>;
}
export {};
