import type { RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
/** Appends a run's events to its stores. A failing store does not change the run's outcome. */
export declare class StoreWriter {
    #private;
    /** @param onFailure Called only for the first failure, because a store that fails once often fails again. */
    constructor(stores: readonly RunStore[], onFailure: (reason: string) => void);
    append(event: RunEvent): void;
    /** Waits until the stores have written all events so far. Returns `undefined` if nothing is pending. */
    waitUntilStored(): Promise<void> | undefined;
}
