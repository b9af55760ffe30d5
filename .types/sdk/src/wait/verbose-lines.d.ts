import type { ProcessEvent } from '../shared/types/process.js';
/**
 * Prints a full line to stderr on every state change, so that the output is readable in logs and notebooks as well as terminals.
 */
export declare class VerboseLines {
    #private;
    constructor(pipeline: string);
    uploaded(label: string, size: number | undefined, requestId: string): void;
    warning(message: string): void;
    event(event: ProcessEvent): void;
    saved(files: readonly string[]): void;
}
