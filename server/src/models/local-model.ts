import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFilesByTask, findKnownModel, suffixByPrecision, type Precision } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';

/** A model's folder in the model directory, and which of the model's files are missing. */
export interface LocalModel {
  readonly folder: string;
  /** The best acceptable precision whose files all exist, or `undefined` if no precision is complete. */
  readonly precision: Precision | undefined;
  /** Paths of missing files, relative to the folder, for the precision that lacks the fewest. Empty if a precision is complete. */
  readonly missingFiles: readonly string[];
}

/** Checks which files of a model exist and are not empty, without opening them. */
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
