import { type Precision } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
/** A model's folder in the model directory, and which of its files exist. */
export interface LocalModel {
    readonly folder: string;
    /** The best acceptable precision whose files all exist, or `undefined` if no precision is complete. */
    readonly precision: Precision | undefined;
    /** Relative paths of the missing files, for the precision with the fewest missing files. */
    readonly missing: readonly string[];
}
/** Checks which files of a model exist, without opening them. */
export declare function findLocalModel(modelDir: string, task: ModelTask, name: string, precisions: readonly Precision[]): Promise<LocalModel>;
