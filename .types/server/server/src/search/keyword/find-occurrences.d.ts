import { type Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { KeywordQuery } from './keyword-query.js';
/**
 * Finds occurrences of a query's words in the selected files.
 *
 * @returns The distinct occurrences in each file that has a hit, sorted by line, position in the line, and word.
 */
export declare function findOccurrences(db: Queryable, fileIds: readonly string[], query: KeywordQuery): Promise<Map<string, Occurrence[]>>;
