/** Returns the code of an error's innermost cause, such as `ECONNREFUSED`, or the cause's message if it has no code. */
export declare function rootCause(error: unknown): string;
