import type { Json } from 'millrace/shared/types/json.js';
import type { Tag } from './match-keys.js';
import type { Queryable } from '../db/db.js';
/** The output of a finished file. */
interface FileOutput {
    output_blob: string;
    output_extension: string;
    output_bytes: number;
    output_sha256: string;
}
/** A file, as shown in the hosted protocol's listings. */
export interface FileRow {
    id: string;
    pipeline: string;
    chain: string[];
    selections: Record<string, {
        model: string;
        params: Record<string, Json>;
    }>;
    file_name: string;
    directory: string;
    tags: Tag[];
    description: string;
    /** The facts that each module returned about its output, keyed by label, such as `module_1`. */
    facts: Record<string, Record<string, Json>>;
    state: 'reserved' | 'processing' | 'ready' | 'failed';
    output_blob: string | null;
    output_extension: string | null;
    output_bytes: number | null;
    output_sha256: string | null;
    created_at: Date;
    updated_at: Date;
    expires_at: Date;
    run_id: string;
}
export declare const fileColumns = "file.id, file.pipeline, file.chain, file.selections, file.file_name, file.directory, file.tags,\n  file.description, file.facts, file.state, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,\n  file.created_at, file.updated_at, file.expires_at, (select run.id from run where run.file_id = file.id) as run_id";
/** Returns an account's file in any state, unless it has expired. */
export declare function findFile(db: Queryable, accountId: string, fileId: string, now: Date): Promise<FileRow | undefined>;
/** Returns the output of a finished file, unless it has expired. */
export declare function findOutput(db: Queryable, fileId: string, now: Date): Promise<FileOutput | undefined>;
export {};
