import type { ModuleContext } from '../module-contract/module.js';
/** A module's size-limited text output, written in large blocks. */
export declare class OutputFile {
    #private;
    readonly path: string;
    private constructor();
    /**
     * Creates the file in the scratch directory, passes the output to `work`, and always closes the file.
     *
     * @returns The file's path.
     * @throws `ModuleError` if the output exceeds the limit.
     */
    static write(name: string, context: Pick<ModuleContext, 'scratch' | 'limits'>, work: (file: OutputFile) => Promise<void>): Promise<string>;
    /** Adds text. Returns a promise if the caller must wait for a write, and `undefined` otherwise. */
    write(text: string): Promise<void> | undefined;
}
