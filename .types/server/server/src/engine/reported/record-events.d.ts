import type { ReportedRun, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { type FoldedRun } from './fold-events.js';
interface EventBatch {
    /** The reporting program. A run accepts events only from the program that created it or last resumed it. */
    readonly reporter: string | null;
    readonly events: readonly RunEvent[];
    /** Runs that are still in progress but have no new events. */
    readonly alive: readonly string[];
}
/**
 * Records a batch of a program's events in one transaction. Recording the same batch again changes nothing.
 *
 * @returns For each run in the batch, the last applied event's sequence, the run's state, and whether the program should stop.
 */
export declare function recordEvents(context: EngineContext, accountId: string, batch: EventBatch): Promise<Record<string, ReportedRun>>;
/** Saves the runs that events changed and announces the changes. */
export declare function saveFoldedRuns(context: EngineContext, tx: Queryable, folded: readonly FoldedRun[], now: Date): Promise<void>;
export {};
