/** Returns the problem with a configuration file's export, or `undefined` if it is valid. */
export declare function checkCustomModules(loaded: unknown): string | undefined;
