interface SaveOptions {
    readonly localSaveDirectory?: string | false | undefined;
    readonly downloadOutput?: boolean | undefined;
}
/**
 * Creates the output directory if it does not exist, and checks that it is writable. Call this before sending anything.
 *
 * @returns The absolute path, or `undefined` if no output is saved.
 * @throws `ValidationError`
 */
export declare function prepareSaveDirectory(options: SaveOptions): Promise<string | undefined>;
export {};
