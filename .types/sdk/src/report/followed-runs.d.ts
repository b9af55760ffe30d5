import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';
/** The runs whose events a reporter sends, and the server's response for each. */
export declare class FollowedRuns {
    #private;
    get size(): number;
    /** Calls `cancel` when the run is cancelled on the server. */
    onCancel(runId: string, cancel: (reason?: string) => void): void;
    /**
     * Registers an event that is about to be queued.
     *
     * @returns `undefined` if the event must not be sent, because it is a duplicate or the server rejects events for its run.
     */
    accept(event: RunEvent): {
        readonly isOver: boolean;
    } | undefined;
    /** Applies the server's response for a run. @returns Whether the server still accepts the run's events. */
    update(runId: string, { state, cancel }: ReportedRun): boolean;
    /** Returns the runs that need a heartbeat so that the server does not mark them as crashed. */
    alive(): string[];
    /** Forgets the runs that have ended. @param pending Runs with unsent events, which are kept. */
    forgetEnded(pending: ReadonlySet<string>): void;
    clear(): void;
}
