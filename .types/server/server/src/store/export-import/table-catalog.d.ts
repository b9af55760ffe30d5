import type { Queryable } from '../db/db.js';
interface Column {
    readonly name: string;
    /** The type name as formatted by PostgreSQL, such as `timestamp with time zone`. */
    readonly type: string;
}
export interface Table {
    readonly name: string;
    readonly columns: readonly Column[];
    /** Names of the foreign keys that reference the table itself. */
    readonly selfReferences: readonly string[];
}
/** Returns the server's tables, each after the tables it references. The queue's tables are excluded. */
export declare function readTables(db: Queryable): Promise<Table[]>;
export {};
