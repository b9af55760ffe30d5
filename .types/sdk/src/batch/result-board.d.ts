import type { ModuleName } from '../shared/modules/module.js';
import type { FileResult } from '../shared/types/many-files.js';
type Chain = readonly ModuleName[];
/**
 * Collects a batch's results. Every reader has its own queue and gets all results, even if it starts late. Readers apply
 * backpressure, unless a caller waits for all results.
 */
export declare class ResultBoard<C extends Chain> {
    #private;
    /** @param queueSize Maximum number of results queued for a reader. */
    constructor(queueSize: number);
    get results(): readonly FileResult<C>[];
    /** Collects all results without waiting for readers. */
    requestAll(): void;
    add(result: FileResult<C>): Promise<void>;
    /** Ends the batch. @param end If `end.error` is set, readers throw it after the last result. */
    end(end: {
        error?: unknown;
    }): void;
    /** Waits until a reader wants another result. Resolves immediately if the signal is aborted. */
    waitForDemand(signal: AbortSignal): Promise<void>;
    read(): AsyncGenerator<FileResult<C>>;
}
export {};
