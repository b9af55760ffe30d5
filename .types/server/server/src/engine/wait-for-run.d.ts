import type { EngineContext } from './engine-context.js';
import type { RunChanges } from './run-changes.js';
import { type RunRecord } from '../store/tables/runs.js';
interface WaitOptions {
    /** Wait until the run's sequence exceeds this number. If omitted, wait until the run ends. */
    readonly since?: number;
    readonly timeoutMs: number;
    /**
     * Any of these signals ends the wait. On Node 20, `AbortSignal.any` leaks memory with long-lived signals, so it is not used.
     */
    readonly signals: readonly AbortSignal[];
}
/**
 * Waits until a run has changed or ended, or the timeout has elapsed.
 *
 * @returns The run's current record, or `undefined` if the run does not exist.
 */
export declare function waitForRun(context: EngineContext, changes: RunChanges, accountId: string, runId: string, { since, timeoutMs, signals }: WaitOptions): Promise<RunRecord | undefined>;
export {};
