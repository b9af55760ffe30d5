import type { Db } from '../db/db.js';
export interface OpenEmbeddedOptions {
    readonly dataDir: string;
    /** Called if the embedded database stops unexpectedly. All later statements fail. */
    readonly onFailure?: (error: Error) => void;
}
interface EmbeddedDatabase extends Db {
    recordServer(host: string, port: number): Promise<void>;
}
/**
 * Opens the database in `<dataDir>/pg` exclusively, creating it on the first start.
 *
 * @throws `DataDirInUseError` if another process has the data directory open.
 */
export declare function openEmbedded({ dataDir, onFailure }: OpenEmbeddedOptions): Promise<EmbeddedDatabase>;
export {};
