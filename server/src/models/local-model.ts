import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, knownModel } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import { suffixOf, type Precision } from './precision.js';

/** Where a model is in the model directory, as far as it is there. */
export interface LocalModel {
  /** The folder that it belongs into. */
  readonly folder: string;
  /** The best of the acceptable precisions whose files are all there; nothing when none is. */
  readonly precision: Precision | undefined;
  /** What of the model is missing, by paths in its folder, for the precision that is nearest to whole. */
  readonly missing: readonly string[];
}

/** Looks which files of a model are there. They are only opened when the model is loaded. */
export async function findLocalModel(
  modelDir: string,
  task: ModelTask,
  name: string,
  precisions: readonly Precision[],
): Promise<LocalModel> {
  const folder = join(modelDir, knownModel(task, name)?.repo ?? name);
  const attempts = await Promise.all(precisions.map((precision) => missingFiles(folder, task, precision)));
  const whole = attempts.findIndex((missing) => missing.length === 0);
  const nearest = attempts.reduce((best, missing) => (missing.length < best.length ? missing : best));
  return { folder, precision: precisions[whole], missing: whole < 0 ? nearest : [] };
}

async function missingFiles(folder: string, task: ModelTask, precision: Precision): Promise<string[]> {
  const { required, networks } = filesOf[task];
  const files = [...required, ...networks.map((network) => `onnx/${network}${suffixOf[precision]}.onnx`)];
  const found = await Promise.all(files.map((file) => isFile(join(folder, file))));
  return files.filter((_, i) => !found[i]);
}

async function isFile(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  return entry?.isFile() === true && entry.size > 0;
}
