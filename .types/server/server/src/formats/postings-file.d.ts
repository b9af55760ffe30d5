import type { ModuleContext } from '../module-contract/module.js';
import { type Posting } from './postings.js';
/** Collects a text's postings and writes them to a file. */
export declare class PostingsCollector {
    #private;
    /** @param foldOf Returns a stem's lookup key. */
    constructor(foldOf: (stem: string) => string);
    add(stem: string, word: string, line: number, number: number): void;
    /**
     * Writes one posting per line, with tabs between its fields. Postings are sorted in database index order to make insertion
     * faster.
     *
     * @returns The file's path in the scratch directory.
     */
    write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<string>;
}
/** Reads a file written by {@link PostingsCollector}. */
export declare function readPostings(path: string): AsyncGenerator<Posting>;
