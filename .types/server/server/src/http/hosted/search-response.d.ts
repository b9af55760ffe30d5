import type { FileRow } from '../../store/tables/files.js';
import type { FileSelection } from '../../store/tables/select-files.js';
import { type HostedResponse, type Warning } from './response.js';
/** The results of one kind of search. */
interface SearchResults<Hit> {
    /** The key that contains a file's index size. */
    readonly countKey: 'num_lines' | 'num_vectors';
    readonly hits: ReadonlyMap<string, readonly Hit[]>;
    /** Warnings about the query itself. */
    readonly queryWarnings: readonly Warning[];
}
/** Returns the response for a search that selects no files. */
export declare function emptyResponse(requestId: string, selection: FileSelection): HostedResponse;
/** Returns a response whose items are the files with hits, plus a warning that lists the files without hits. */
export declare function searchResponse<Hit>(requestId: string, selection: FileSelection, { countKey, hits, queryWarnings }: SearchResults<Hit>): HostedResponse;
/** Returns a value that the file's last module recorded about its output. */
export declare function lastModuleFact(file: FileRow, key: string): unknown;
export {};
