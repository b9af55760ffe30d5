import type { RunEvent } from '../../shared/runs/run-event.js';
/** A ring buffer of a run's newest events. Each reader reads at its own pace. */
export declare class EventBuffer {
    #private;
    push(event: RunEvent): void;
    /**
     * Closes the buffer. Current readers still receive the remaining events.
     *
     * @returns A buffer with only the last event, for new readers.
     */
    end(): EventBuffer;
    read(): AsyncGenerator<RunEvent, void, undefined>;
}
