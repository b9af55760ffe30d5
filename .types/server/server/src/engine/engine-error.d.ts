export type EngineErrorCode = 'validation' | 'not_found' | 'chain_conflict' | 'already_exists' | 'conflict' | 'too_many_runs' | 'gone';
/** Thrown when the engine rejects a request. The message is for users, and the code is for programs. */
export declare class EngineError extends Error {
    readonly code: EngineErrorCode;
    readonly name = "EngineError";
    constructor(code: EngineErrorCode, message: string);
}
/** Returns the error for a run that does not exist in the account. */
export declare function noSuchRun(runId: string): EngineError;
