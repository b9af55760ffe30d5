import type { Limits } from 'millrace/shared/types/limits.js';
import type { ListRequest, UpdateRequest } from 'millrace/shared/wire/requests.js';
export declare function isId(text: string): boolean;
export declare function checkPipeline(name: string, limits: Limits): void;
/** Checks a file's name, directory, tags, description and expiry. @throws `EngineError` `validation` */
export declare function checkMetadata(body: Partial<UpdateRequest>, limits: Limits): void;
/**
 * Checks the arguments that select files. An empty list is valid and does not select any files.
 *
 * @throws `EngineError` `validation`
 */
export declare function checkSelectors(body: Partial<ListRequest>, limits: Limits): void;
export declare function checkQuery(query: string, limits: Limits, k?: number | null): void;
