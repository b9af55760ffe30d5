import type { ScanResponse, ScanRequest } from './semantic-thread.js';
/** A pool of threads that compare vectors off the event loop. Threads start on demand and stop when idle. */
export declare class ScanThreads {
    #private;
    /** The maximum number of concurrent requests. */
    readonly size: number;
    /** @throws if the thread that handles the request crashes, or if the pool is closed. */
    scan(request: ScanRequest): Promise<ScanResponse>;
    close(): Promise<void>;
}
