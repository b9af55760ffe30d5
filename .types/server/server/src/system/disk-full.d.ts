/** Returns whether the text of a program, such as its standard error, says that the disk or the user's quota is full. */
export declare function saysDiskFull(text: string): boolean;
/** Returns whether an error, or one of its causes, says that the disk or the user's quota is full. */
export declare function isDiskFull(error: unknown): boolean;
