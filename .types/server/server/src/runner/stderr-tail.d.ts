/** Keeps the end of a process's standard error output. */
export declare class StderrTail {
    #private;
    push(chunk: Buffer): void;
    /** Discards the output of an earlier task. */
    clear(): void;
    /** The last 2 KB of the output. */
    get text(): string;
    /** Whether the process ended because it ran out of memory. */
    get showsOutOfMemory(): boolean;
}
