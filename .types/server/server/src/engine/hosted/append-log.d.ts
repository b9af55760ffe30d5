import type { LogLine } from 'millrace/shared/runs/run-event.js';
import type { EngineContext } from '../engine-context.js';
/** Appends lines to a run's log, up to the maximum log length. Does nothing if the run was deleted. */
export declare function appendLog({ db, reporting }: EngineContext, runId: string, lines: readonly LogLine[]): Promise<void>;
