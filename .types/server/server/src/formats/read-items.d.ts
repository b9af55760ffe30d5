import { type ModuleInput, type ModuleLimits } from '../module-contract/module.js';
/** One object in a JSON input. */
export interface Item {
    readonly text: string;
    /** The text's line numbers in the original file, or `null` if the previous module did not output them. */
    readonly lineNumbers: readonly number[] | null;
}
/**
 * Reads a JSON input, a list of objects that all have their text under the same key. If the first object has the key declared by
 * the module that produced the list, that key is used. Otherwise, the first of the usual keys in the first object is used.
 *
 * @throws `ModuleError` if the input is not such a list. The message identifies the invalid item, if any.
 */
export declare function readItems(input: Pick<ModuleInput, 'path' | 'textKey'>, limits: ModuleLimits): Promise<Item[]>;
