/** Lets the process exit while the timer is pending. In jsdom, timers are numbers, which cannot do this. */
export declare function unref(timer: NodeJS.Timeout): NodeJS.Timeout;
