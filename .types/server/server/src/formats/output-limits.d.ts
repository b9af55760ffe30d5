import { ModuleError } from '../module-contract/module.js';
type Countable = 'snippets' | 'rows' | 'items' | 'vectors' | 'summaries';
/**
 * Checks the number of items in an output against the limit.
 *
 * @throws `ModuleError` if the number exceeds the limit.
 */
export declare function checkItemCount(count: number, maxItems: number, what: Countable): void;
export declare function outputTooLarge(maxBytes: number): ModuleError;
export {};
