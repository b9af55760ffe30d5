import type { Progress } from '../../shared/runs/run-status.js';
import { type Pace } from '../../shared/runtime/throttle.js';
/** Forwards progress at most four times per second. Progress never decreases. */
export declare class ProgressThrottle {
    #private;
    /** @param pace Shared by all attempts at a task, so that the limit also applies across retries. */
    constructor(send: (progress: Progress) => void, pace?: Pace);
    report(progress: Progress): void;
    /** Sends or drops pending progress. Later calls are ignored. */
    close(pending?: 'send' | 'drop'): void;
}
