import { type Precision } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
export interface Download {
    readonly task: ModelTask;
    readonly name: string;
    readonly folder: string;
    readonly precision: Precision;
}
export interface DownloadOptions {
    readonly signal: AbortSignal;
    /** If true, files that already exist are downloaded again. */
    readonly force?: boolean;
    /** @param file The file's path in the model's folder. @param total The file's size, or `null` if the hub does not report it. */
    readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}
/**
 * Downloads a model's files into its folder. The networks are downloaded last, so that an incomplete model lacks at least one
 * network.
 *
 * @throws `ModuleError` whose message contains the URL and what to do.
 */
export declare function downloadModel(settings: Pick<ModelSettings, 'hub' | 'hubToken' | 'downloadIdleSeconds'>, { task, name, folder, precision }: Download, { signal, force, onProgress }: DownloadOptions): Promise<void>;
