import type { ModuleContext } from '../module-contract/module.js';
import type { Item } from './read-items.js';
export declare const snippetsHeaderBytes = 16;
interface SnippetsHeader {
    readonly count: number;
    readonly repeated: number;
}
/** Returns the length, in bytes, of the bit field that marks duplicate rows. */
export declare const repetitionBytes: (count: number) => number;
/** Returns the position in the file of a row's offset, an eight-byte integer. A row ends at the next row's offset. */
export declare const rowPointer: (count: number, row: number) => number;
/**
 * Writes the file for `ModuleOutput.snippetsPath`. If an item has no line numbers, its 1-based position in the list is
 * used instead, as in the hosted service.
 *
 * @param items The embedded items, one per output row, in the same order.
 * @returns The file's path in the scratch directory.
 * @example
 * ```ts
 * return { path, facts, snippetsPath: await writeSnippets(context, items) };
 * ```
 */
export declare function writeSnippets(context: Pick<ModuleContext, 'scratch' | 'limits'>, items: readonly Item[]): Promise<string>;
/** Returns whether a row has the same text as an earlier row. */
export declare function isRepeated(repetitions: Uint8Array, row: number): boolean;
/**
 * @param start The first {@link snippetsHeaderBytes} bytes of the file.
 * @throws If the file is not a snippets file.
 */
export declare function parseSnippetsHeader(start: Buffer): SnippetsHeader;
export {};
