/** Delays the exit of an otherwise idle process until pending events are sent. Does not delay `process.exit()`. */
export declare class HoldAtExit {
    #private;
    /** @param flush Sends pending events, keeping the process alive for at most the given number of milliseconds. */
    constructor(flush: (milliseconds: number) => Promise<unknown>);
    /** Must be called when an event becomes pending. */
    arm(): void;
    /** Must be called when no more events are pending. */
    disarm(): void;
    /** Delays the exit once. Events that are not sent before the delay ends are lost. */
    hold(): void;
}
