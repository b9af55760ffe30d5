import type { ReportedRun } from 'millrace/shared/runs/run-event.js';
import type { EngineContext } from '../engine-context.js';
/**
 * Records a heartbeat for a worker and its runs.
 *
 * @param runIds The runs that are still in progress. @default all unfinished runs of the worker
 * @returns Each run's sequence and state, and whether its program should stop; `undefined` if the worker does not exist.
 */
export declare function heartbeat({ db, clock }: EngineContext, accountId: string, workerId: string, runIds?: readonly string[]): Promise<Record<string, ReportedRun> | undefined>;
