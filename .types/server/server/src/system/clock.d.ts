/** The server's source of the current time. Tests replace it, so that they can test expiry without waiting. */
export interface Clock {
    now(): Date;
}
export declare const systemClock: Clock;
