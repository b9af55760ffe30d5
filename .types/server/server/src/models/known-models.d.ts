import type { ModelTask } from '../module-contract/model-interfaces.js';
/** The precision of a network's weights, using the library's names. */
export type Precision = 'fp32' | 'q8';
/** The file name suffix for each precision. */
export declare const suffixOf: Readonly<Record<Precision, string>>;
/** Returns the acceptable precisions, best first. `quantize` selects one; if it is not a boolean, both are acceptable. */
export declare function acceptablePrecisions(quantize: unknown): readonly Precision[];
/** A catalogue model's repository and the repository's contents. */
export interface KnownModel {
    /** The repository with the model's ONNX files. The model's folder in the model directory has the same name. */
    readonly repo: string;
    /** If false, no public repository has these files, so the operator must provide them. */
    readonly published: boolean;
    /** The precisions available in the repository. If omitted, all are available. */
    readonly precisions?: readonly Precision[];
    /** The model's architecture, if the library does not support it. */
    readonly unsupported?: string;
}
interface ModelFiles {
    readonly required: readonly string[];
    readonly optional: readonly string[];
    /** The names of the networks in `onnx/`, without precision suffixes. */
    readonly networks: readonly string[];
}
export declare const filesOf: Readonly<Record<ModelTask, ModelFiles>>;
/** The names of the modules that use models. */
export declare const modelModules: readonly string[];
export declare function taskOf(module: string): ModelTask | undefined;
export declare function knownModel(task: ModelTask, name: string): KnownModel | undefined;
/** Returns every model in the catalogue that has a repository, with its task. */
export declare function allKnownModels(): {
    task: ModelTask;
    name: string;
    model: KnownModel;
}[];
export {};
