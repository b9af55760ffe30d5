/** Identifies a process and distinguishes it from a later process with the same pid. */
export interface ProcessIdentity {
    readonly pid: number;
    /** The process's start time, as reported by the operating system; `null` if unknown. */
    readonly started: string | null;
    readonly host: string;
    /** Changes when the machine restarts. */
    readonly boot: string | null;
    /** Pids are unique only within a namespace, and each container has its own. */
    readonly pidNamespace: string | null;
}
/** Returns the identity of this process. */
export declare function ownIdentity(): ProcessIdentity;
/** Returns whether a process is still running; `unknown` if the process belongs to another machine or container. */
export declare function isAlive(other: ProcessIdentity, self?: ProcessIdentity): boolean | 'unknown';
