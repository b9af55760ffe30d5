import type { ModuleDefinition } from 'millrace/shared/modules/module-definition.js';
import { findBuiltin } from './builtin-models.js';
import { chooseRoute } from './choose-route.js';
import { getTask } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/**
 * Returns the default model of each module: the catalogue's default if it can run, or else the first model that can run, or else the
 * built-in model. The defaults are chosen once, at server startup, so that installing a model later does not change the results
 * of identical calls. Vectors from different models, for example, could not be compared.
 */
export async function chooseDefaults(
  modules: readonly ModuleDefinition[],
  getSettings: (module: string) => ModelSettings,
): Promise<ReadonlyMap<string, string>> {
  const chosen = new Map<string, string>();
  for (const module of modules) {
    const task = getTask(module.name);
    if (!task) continue;
    const name = (await findAvailable(task, module, getSettings(module.name))) ?? findBuiltin(task);
    if (name !== undefined) chosen.set(module.name, name);
  }
  return chosen;
}

async function findAvailable(
  task: ModelTask,
  { defaultModel, models }: ModuleDefinition,
  settings: ModelSettings,
): Promise<string | undefined> {
  const others = models.filter((model) => !model.builtin);
  const candidates = others.sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  for (const { name, params } of candidates) {
    const { route } = await chooseRoute(task, name, settings, params?.['quantize']?.default);
    if (route !== null) return name;
  }
  return undefined;
}
