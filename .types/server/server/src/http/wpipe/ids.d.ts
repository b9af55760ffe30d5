/** The reporter id for all wpipe clients, because they do not send one. No other program can resume their runs. */
export declare const wpipeReporter = "77706970-6500-8000-8000-000000000000";
/** Creates a run's UUID, from which its task ids can be derived. */
export declare function newRunId(): string;
export declare const workerIdOf: (id: string) => string;
export declare const processIdOf: (runId: string) => string;
export declare const taskIdOf: (runId: string, index: number) => string;
/** Parses an id. @returns `undefined` if the text is malformed or an id of another kind. */
export declare function readId(noun: 'worker' | 'process' | 'task', text: string): string | undefined;
/** Parses an id. @returns `undefined` if the text is malformed or an id of another kind. */
export declare function readTaskId(text: string): {
    readonly runId: string;
    readonly index: number;
} | undefined;
