import type { RequestOptions } from '../shared/types/client-options.js';
import type { WorkerRecord } from '../shared/types/worker.js';
/** The processes that execute runs. Requires a Millrace server. */
export declare class Workers {
    #private;
    /**
     * Returns the workers that sent a heartbeat in the last 24 hours, newest first.
     *
     * @param options.all Whether to return all workers known to the server. Default false.
     */
    list(options?: RequestOptions & {
        all?: boolean | undefined;
    }): Promise<WorkerRecord[]>;
}
