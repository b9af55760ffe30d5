import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileFilter, FilePage } from '../shared/types/file-record.js';
import { type PipelineContext } from '../http/hosted-call.js';
/** Returns the finished files that match a filter. */
export declare function listFiles(context: PipelineContext, filter: FileFilter, options: RequestOptions): Promise<FilePage>;
/** Sorts by creation time. Ties keep the server's order, in both directions. */
export declare function sortByCreation<T>(items: readonly T[], createdAt: (item: T) => Date, order: 'ascending' | 'descending'): T[];
