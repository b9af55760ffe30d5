import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { StepJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
/** The data that a worker needs to run a step. */
export interface Step {
    readonly runId: string;
    readonly fileId: string;
    readonly index: number;
    readonly isLast: boolean;
    readonly module: string;
    readonly model: string;
    readonly params: Readonly<Record<string, Json>>;
    readonly fileName: string;
    readonly inputBlob: string;
    readonly inputFormat: DataFormat;
    /** The key under which the previous module's output stores each item's text. */
    readonly textKey: string;
    /** Whether semantic search needs the snippets for this step's embeddings. */
    readonly needsSnippets: boolean;
}
/**
 * Marks a step as running in the transaction that claims its job.
 *
 * @returns `undefined` if the run has ended or was deleted, in which case there is nothing to do.
 */
export declare function beginStep(context: EngineContext, tx: Queryable, job: StepJob): Promise<Step | undefined>;
