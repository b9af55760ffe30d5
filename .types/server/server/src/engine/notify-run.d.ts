import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../store/db/db.js';
/** The NOTIFY channel on which every change to a run is announced. */
export declare const runChannel = "millrace_run";
/** An announced change to a run. */
export interface RunChange {
    readonly runId: string;
    readonly sequence: number;
    /** `gone` if the run was deleted or has expired. */
    readonly state: RunState | 'gone';
}
/**
 * Returns an SQL expression that announces a change when the transaction commits. Because NOTIFY limits the payload length,
 * the payload contains only the id, sequence and state, separated by spaces.
 *
 * @param runId An SQL expression.
 * @param sequence An SQL expression.
 * @param state A state, not an SQL expression.
 */
export declare function announce(runId: string, sequence: string, state: RunChange['state']): string;
/** Parses a notification's payload. Returns `undefined` if it is malformed. */
export declare function parseRunChange(payload: string): RunChange | undefined;
/** Announces changes to several runs when the transaction commits. */
export declare function announceRuns(tx: Queryable, runs: readonly {
    readonly id: string;
    readonly sequence: number;
    readonly state: RunChange['state'];
}[]): Promise<void>;
