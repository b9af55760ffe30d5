import type { Json } from '../types/json.js';
import type { WebhookTarget } from '../types/webhook.js';
import type { ListRequest, ProcessRequest, UpdateRequest } from './requests.js';
type Tags = readonly Readonly<Record<string, string>>[];
interface NewFile {
    readonly fileName: string;
    readonly directory: string;
    readonly tags: Tags;
    readonly description: string;
    readonly expireTime: number;
}
interface ChosenModule {
    /** If omitted, the server uses its default. The hosted service requires a model. */
    readonly model?: string;
    readonly params: Readonly<Record<string, Json>>;
}
export interface NewRun extends NewFile {
    readonly pipeline: string;
    readonly chain: readonly string[];
    readonly outputKeys: readonly (string | null)[];
    /** The model and parameters for some or all modules, by position (`module_1`, …). */
    readonly selections: Readonly<Record<string, ChosenModule>>;
    readonly webhook?: WebhookTarget | undefined;
    /** The file's content, for a server that accepts it in the request. */
    readonly content?: Buffer | undefined;
}
/** A filter whose times are in Unix seconds. */
export interface Selectors {
    readonly fileIds: readonly string[] | null;
    readonly fileNames: readonly string[] | null;
    readonly directories: readonly string[] | null;
    readonly filePaths: readonly string[] | null;
    readonly tags: Tags | null;
    readonly createdAtStart: number | null;
    readonly createdAtEnd: number | null;
    readonly lastUpdatedStart: number | null;
    readonly lastUpdatedEnd: number | null;
    readonly maxFiles: number;
}
type Sent<Body> = {
    readonly [K in keyof Body]: Body[K] | Readonly<Body[K]>;
} & {
    readonly version?: string;
};
export declare function processBody(run: NewRun): Sent<ProcessRequest>;
export declare function processStatusBody(pipeline: string, requestId: string): {
    pipeline: string;
    version: string;
    process_id: string;
};
/** Builds the body for `fetch-output` and `delete`. */
export declare function fileBody(pipeline: string, fileId: string): {
    pipeline: string;
    version: string;
    file_id: string;
};
export declare function updateBody(pipeline: string, fileId: string, changes: {
    readonly [K in keyof NewFile]: NewFile[K] | null;
}): Sent<UpdateRequest>;
export declare function listBody(pipeline: string, selectors: Selectors): Sent<ListRequest>;
export declare function showTreeBody(pipeline: string, directory: string, maxFiles: number): {
    pipeline: string;
    symbolic_directory_path: string;
    max_files: number;
    version: string;
};
/** Builds the body for a search, which is semantic if `k` is given. As in the original client, the body has no version. */
export declare function searchBody(pipeline: string, chain: readonly string[], query: string, selectors: Selectors, k?: number): {
    pipeline: string;
    pipeline_ordered_modules: string[];
    query: string;
    k?: number;
    max_files: number;
    created_at_start: number | null;
    created_at_end: number | null;
    last_updated_start: number | null;
    last_updated_end: number | null;
    file_ids: string[] | null;
    file_names: string[] | null;
    symbolic_directory_paths: string[] | null;
    symbolic_file_paths: string[] | null;
    file_tags: Readonly<Record<string, string>>[] | null;
};
export {};
