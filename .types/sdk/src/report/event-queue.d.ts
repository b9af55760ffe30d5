import type { RunEvent } from '../shared/runs/run-event.js';
/** An event waiting to be sent. */
export interface QueuedEvent {
    readonly run: string;
    readonly sequence: number;
    readonly type: RunEvent['type'];
    /** The event as JSON. */
    readonly text: string;
}
export interface QueueLimits {
    /** Maximum size, in characters of JSON. */
    readonly characters: number;
    /** Maximum number of events. */
    readonly events: number;
}
/**
 * A bounded FIFO queue of events. When the queue is full, it drops progress first, then log lines, and the newest of each first.
 */
export declare class EventQueue {
    #private;
    /** @param onDrop Called whenever events are dropped. */
    constructor(limits: QueueLimits, onDrop: () => void);
    get size(): number;
    add(item: QueuedEvent): void;
    /** Returns the oldest events that fit the limits, and the oldest event even if it exceeds them. Does not remove events. */
    peek(limits: QueueLimits): QueuedEvent[];
    /** Returns the ids of the runs with events in the queue. */
    runs(): Set<string>;
    remove(matches: (item: QueuedEvent) => boolean): void;
}
