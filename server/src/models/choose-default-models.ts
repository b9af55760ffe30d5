import type { ModuleDefinition } from 'millrace/shared/modules/module-definition.js';
import { findBuiltinModel } from './builtin-models.js';
import { chooseRoute } from './choose-route.js';
import { getTask } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/**
 * Returns the default model of each module that has an available model: the catalogue's default if it can run, or else the first model
 * that can run, or else the built-in model. The server chooses the defaults once, at startup, so that installing a model later does not
 * change the results of identical requests. For example, vectors from different models cannot be compared.
 */
export async function chooseDefaultModels(
  modules: readonly ModuleDefinition[],
  getSettings: (module: string) => ModelSettings,
): Promise<ReadonlyMap<string, string>> {
  const chosen = new Map<string, string>();
  for (const module of modules) {
    const task = getTask(module.name);
    if (!task) continue;
    const name = (await findAvailableModel(task, module, getSettings(module.name))) ?? findBuiltinModel(task);
    if (name !== undefined) chosen.set(module.name, name);
  }
  return chosen;
}

async function findAvailableModel(
  task: ModelTask,
  { defaultModel, models }: ModuleDefinition,
  settings: ModelSettings,
): Promise<string | undefined> {
  const nonBuiltinModels = models.filter((model) => !model.builtin);
  const candidates = nonBuiltinModels.sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  for (const { name, params } of candidates) {
    const { route } = await chooseRoute(task, name, settings, params?.['quantize']?.default);
    if (route !== null) return name;
  }
  return undefined;
}
