import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModuleError } from '../module-contract/module.js';
import { downloadFile, DownloadError, type HubRepository } from './download-file.js';
import { modelFilesByTask, findKnownModel, suffixByPrecision, type Precision } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

export interface ModelDownload {
  readonly task: ModelTask;
  readonly name: string;
  readonly folder: string;
  readonly precision: Precision;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Whether to download files that already exist. @default false */
  readonly force?: boolean;
  /**
   * @param file The file's path, relative to the model's folder.
   * @param total The file's size in bytes, or `null` if it is unknown.
   */
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}

/**
 * Downloads a model's files into its folder. Downloads the networks last, and each network after its external data, so that the model is
 * complete when all its networks exist.
 *
 * @throws `ModuleError` if the model is not downloadable or a download fails; the signal's reason if the signal is aborted.
 */
export async function downloadModel(
  settings: Pick<ModelSettings, 'hub' | 'hubToken' | 'downloadIdleSeconds'>,
  { task, name, folder, precision }: ModelDownload,
  { signal, force = false, onProgress }: DownloadOptions,
): Promise<void> {
  const repo = findKnownModel(task, name)?.repo;
  if (repo === undefined) throw new ModuleError(`Expected a downloadable model, got "${name}".`);
  const repository: HubRepository = {
    baseUrl: `${settings.hub.replace(/\/+$/, '')}/${repo}/resolve/main/`,
    token: settings.hubToken,
    idleTimeoutMs: settings.downloadIdleSeconds * 1000,
  };
  const { required, optional, networks } = modelFilesByTask[task];
  const download = (file: string, isOptional: boolean): Promise<boolean> =>
    downloadFile(repository, file, join(folder, file), {
      signal,
      force,
      isOptional,
      ...(onProgress && { onProgress }),
    });
  try {
    for (const file of required) await download(file, false);
    for (const file of optional) await download(file, true);
    const networkNames = networks.map((network) => `${network}${suffixByPrecision[precision]}`);
    for (const network of networkNames) {
      for (const file of await listExternalData(folder, network)) await download(`onnx/${file}`, false);
      await download(`onnx/${network}.onnx`, false);
    }
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw new ModuleError(
      `Model "${name}" could not be downloaded: ${error.message} Put its files into ${folder}, or try again.`,
      { cause: error },
    );
  }
}

/**
 * Returns the names of a network's external data files. Large networks store their weights in separate files. The model's configuration
 * contains the number of these files.
 */
async function listExternalData(folder: string, network: string): Promise<string[]> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
    'transformers.js_config'?: { use_external_data_format?: boolean | number | Record<string, boolean | number> };
  };
  const setting = config['transformers.js_config']?.use_external_data_format ?? false;
  const count = typeof setting === 'object' ? (setting[network] ?? setting[`${network}.onnx`] ?? false) : setting;
  return Array.from({ length: Number(count) }, (_, i) => `${network}.onnx_data${i === 0 ? '' : `_${i}`}`);
}
