import type { ModuleContext } from '../module-contract/module.js';
import { type PythonValue } from './python-json.js';
/** Writes items to a JSON list, one at a time. */
interface JsonList {
    readonly count: number;
    /** Adds an item. Returns a promise if the caller must wait for a write, and `undefined` otherwise. */
    add(item: PythonValue): Promise<void> | undefined;
}
/**
 * Writes a module's output as a JSON list in the format of Python's `json.dump`, without keeping the list in memory.
 *
 * @returns The file's path in the scratch directory, and the number of items.
 * @throws `ModuleError` if the number of items or bytes exceeds the limits.
 */
export declare function writeJsonList(context: Pick<ModuleContext, 'scratch' | 'limits'>, options: {
    what: 'snippets' | 'items';
    indent?: number;
}, work: (list: JsonList) => Promise<void>): Promise<{
    path: string;
    count: number;
}>;
export {};
