/**
 * Finds which task runs a call depends on. Searches the call's arguments for task results and their promises, including those in
 * arrays and objects. Only objects can be recognised, because a string or a number has no identity.
 */
export declare class Dependencies {
    #private;
    /** Records that a value is a task run's result, or a promise for it. */
    remember(value: unknown, key: string): void;
    /** Returns the keys of the task runs that a call depends on. @param extra The `after` option: values or keys. */
    after(args: readonly unknown[], extra: readonly unknown[]): string[];
    /** Returns the keys of the task runs that these values came from, without duplicates. */
    find(values: readonly unknown[]): string[];
}
