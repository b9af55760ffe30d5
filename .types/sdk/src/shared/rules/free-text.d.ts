import type { Limits } from '../types/limits.js';
/** Checks a file description, which may be empty. */
export declare function checkDescription(value: unknown, limits: Limits): string | undefined;
/** Checks a pipeline name, which may contain any displayable character. */
export declare function checkPipelineName(value: unknown, limits: Limits): string | undefined;
/** Checks a search query. Surrounding white space does not count towards its length, but is sent unchanged. */
export declare function checkQuery(value: unknown, limits: Limits): string | undefined;
