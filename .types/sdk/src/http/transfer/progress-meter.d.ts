import type { TransferProgress } from '../../shared/types/process.js';
/**
 * Counts bytes and reports them at most ten times a second. The caller sends the final report once the transfer has succeeded.
 */
export declare class ProgressMeter {
    #private;
    loaded: number;
    constructor(total: number | undefined, report: ((progress: TransferProgress) => void) | undefined);
    add(bytes: number): void;
}
