import type { ModelInfo } from 'millrace/shared/types/server-info.js';
import { type SettingsInput } from './settings/config.js';
import { type Precision } from './models/known-models.js';
/** A model, and whether a server with these settings can run it. */
export interface ManagedModel extends Pick<ModelInfo, 'available' | 'route' | 'reason'> {
    readonly module: string;
    readonly name: string;
    /** Whether this model is used if a call does not specify a model. */
    readonly isDefault: boolean;
}
/** A downloaded model. */
export interface PulledModel {
    readonly name: string;
    readonly folder: string;
    readonly precision: Precision;
}
export interface PullOptions {
    readonly signal: AbortSignal;
    /** @default the quantised precision if available, because servers use it by default and its files are a quarter of the size */
    readonly precision?: Precision;
    /** If true, files that already exist are downloaded again. @default false */
    readonly force?: boolean;
    /** @param total The file's size, or `null` if the hub does not report it. */
    readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}
/** Lists the models of all modules that use models, and whether each one can run with these settings. */
export declare function listModels(input: SettingsInput): Promise<ManagedModel[]>;
/**
 * Downloads a model into the model directory.
 *
 * @throws `SettingsError` if the model cannot be downloaded; `ModuleError` if the download fails.
 */
export declare function pullModel(input: SettingsInput, name: string, options: PullOptions): Promise<PulledModel>;
/**
 * Runs a model on a small input in a separate process, using the same route as a server.
 *
 * @throws `ModuleError` or `RunnerError` if the model cannot run. The message explains why.
 */
export declare function tryModel(input: SettingsInput, { module, name }: Pick<ManagedModel, 'module' | 'name'>, signal: AbortSignal): Promise<void>;
