import type { ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import { firstBuiltin } from './builtin-models.js';
import { chooseRoute } from './choose-route.js';
import { taskOf } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/**
 * The default models that differ from the catalogue's, by module: where the catalogue's default cannot run, the first real model
 * that can; where none can, the builtin. Chosen once, when a server starts, so that a model that arrives later does not change
 * what the same call does: vectors of two models cannot be compared.
 */
export async function chooseDefaults(
  modules: readonly ModuleDefinition[],
  settingsOf: (module: string) => ModelSettings,
): Promise<ReadonlyMap<string, string>> {
  const chosen = new Map<string, string>();
  for (const module of modules) {
    const task = taskOf(module.name);
    if (!task) continue;
    const name = (await firstAvailable(task, module, settingsOf(module.name))) ?? firstBuiltin(task);
    if (name !== undefined) chosen.set(module.name, name);
  }
  return chosen;
}

async function firstAvailable(
  task: ModelTask,
  { defaultModel, models }: ModuleDefinition,
  settings: ModelSettings,
): Promise<string | undefined> {
  const real = models.filter((model) => !model.builtin);
  const byRank = real.sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  for (const { name, params } of byRank) {
    const { route } = await chooseRoute(task, name, settings, params?.['quantize']?.default);
    if (route !== null) return name;
  }
  return undefined;
}
