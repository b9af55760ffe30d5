import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFilesByTask, findKnownModel, suffixByPrecision, type Precision } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';

/** A model's folder in the model directory, and the model's missing files. */
export interface LocalModel {
  readonly folder: string;
  /** The highest acceptable precision for which all files exist, or `undefined` if files are missing for every precision. */
  readonly precision: Precision | undefined;
  /** Paths of the missing files, relative to the folder, for the precision with the fewest. Empty if `precision` is defined. */
  readonly missingFiles: readonly string[];
}

/** Finds a model's folder and checks which files exist and are not empty. Does not open the files. */
export async function findLocalModel(
  modelDir: string,
  task: ModelTask,
  name: string,
  precisions: readonly Precision[],
): Promise<LocalModel> {
  const folder = join(modelDir, findKnownModel(task, name)?.repo ?? name);
  const missingByPrecision = await Promise.all(
    precisions.map((precision) => findMissingFiles(folder, task, precision)),
  );
  const completeIndex = missingByPrecision.findIndex((missing) => missing.length === 0);
  const fewest = missingByPrecision.reduce((best, missing) => (missing.length < best.length ? missing : best));
  return { folder, precision: precisions[completeIndex], missingFiles: completeIndex < 0 ? fewest : [] };
}

async function findMissingFiles(folder: string, task: ModelTask, precision: Precision): Promise<string[]> {
  const { required, networks } = modelFilesByTask[task];
  const files = [...required, ...networks.map((network) => `onnx/${network}${suffixByPrecision[precision]}.onnx`)];
  const found = await Promise.all(files.map((file) => isNonEmptyFile(join(folder, file))));
  return files.filter((_, i) => !found[i]);
}

async function isNonEmptyFile(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  return entry?.isFile() === true && entry.size > 0;
}
