import type { FoundFiles } from '../shared/types/many-files.js';
import type { PathTest } from './glob-pattern.js';
interface OwnFiles {
    readonly manifest: string | undefined;
    /** The output directory, or `undefined` if outputs are not saved. */
    readonly save: string | undefined;
    /** The extension of outputs, including the dot, or `undefined` if unknown. */
    readonly extension: string | undefined;
}
/**
 * Returns a test for the files that a batch itself writes, which must not become its inputs: the manifest, its lock, and the
 * output directory. If the inputs are inside the output directory, only the outputs themselves are excluded.
 */
export declare function ownFilesTest(where: FoundFiles, { manifest, save, extension }: OwnFiles): PathTest;
export {};
