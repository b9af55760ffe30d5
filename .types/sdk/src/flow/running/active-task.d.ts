import type { Pace } from '../../shared/runtime/throttle.js';
import type { ActiveRun } from './active-run.js';
import { ProgressThrottle } from './progress-throttle.js';
/** A single attempt at a task. */
export declare class ActiveTask {
    #private;
    readonly key: string;
    readonly attempt: number;
    readonly progress: ProgressThrottle;
    constructor(run: ActiveRun, key: string, attempt: number, pace: Pace);
    get signal(): AbortSignal;
    /** Whether the attempt has ended. After that, log lines and progress from abandoned work are ignored. */
    get isOver(): boolean;
    abort(reason: unknown): void;
    /** @param pending Whether to send or drop progress that has not been sent yet. */
    close(pending: 'send' | 'drop'): void;
}
