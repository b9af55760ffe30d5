import type { LocalRun, LocalWaitOptions } from '../types/local-run.js';
import type { RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus } from '../../shared/runs/run-status.js';
import type { ActiveRun } from './active-run.js';
import { definition, type Defined, type Definition } from '../definition.js';
import type { Outcome } from './execute.js';
/** The user's handle to a run in this process. */
export declare class ActiveHandle<T> implements LocalRun<T>, Defined {
    #private;
    readonly id: string;
    readonly name: string;
    readonly [definition]: Definition;
    constructor(run: ActiveRun, def: Definition, outcome: Promise<Outcome<T>>);
    /** The store that contains the run. */
    get store(): RunStore | undefined;
    status(): RunStatus;
    wait(options?: LocalWaitOptions): Promise<RunStatus>;
    result(options?: LocalWaitOptions): Promise<T>;
    cancel(reason?: string): Promise<RunStatus>;
    [Symbol.asyncIterator](): AsyncIterator<RunEvent>;
}
