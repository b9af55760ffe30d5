import type { ResumePoint } from 'millrace/shared/runs/run-event.js';
import type { EngineContext } from './engine-context.js';
/** The program that resumes a run. */
interface Resumer {
    readonly reporter: string | null;
    readonly worker: string | null;
}
/**
 * Reopens a run that did not complete. A hosted run continues from the failed module. A reported run is taken over by the
 * resuming program, so later events from the previous program are ignored. A reported run that has completed is left unchanged.
 *
 * @returns The run with its sequence and the outputs of its completed tasks, so that a program can continue the run.
 * @throws `EngineError` `not_found` if the run does not exist; `conflict` if it has not ended or cannot be resumed.
 */
export declare function resumeRun(context: EngineContext, accountId: string, runId: string, resumer: Resumer): Promise<ResumePoint>;
export {};
