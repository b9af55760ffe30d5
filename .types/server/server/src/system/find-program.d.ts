/** Returns a program's path, or `undefined` if the program is not on the PATH. Each name is searched for only once. */
export declare function findProgram(name: string): Promise<string | undefined>;
