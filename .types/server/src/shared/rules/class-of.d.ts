/**
 * Returns the name of a value's built-in class, such as `Date`. Unlike `instanceof`, this also works for values from another realm.
 * Under jest, a program has other classes than the modules of Node.
 */
export declare function classOf(value: unknown): string;
export declare function isDate(value: unknown): value is Date;
export declare function isError(value: unknown): value is Error;
export declare function isUrl(value: unknown): value is URL;
/** Returns the message of a thrown value, which need not be an error. */
export declare function messageOf(thrown: unknown): string;
