import type { ModelSpec } from 'millrace/shared/modules/catalogue.js';
import type { ModelInfo } from 'millrace/shared/types/server-info.js';
import { chooseRoute } from './choose-route.js';
import { taskOf } from './known-models.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/** Whether a model of a module that this server has can run, and by which route, or what to do. */
export async function modelAvailability(
  module: string,
  { name, params }: ModelSpec,
  settings: ModelSettings,
): Promise<Pick<ModelInfo, 'available' | 'route' | 'reason'>> {
  const task = taskOf(module);
  // the program itself: nothing has to come from anywhere
  if (!task) return { available: true, route: 'builtin' };
  const choice = await chooseRoute(task, name, settings, params?.['quantize']?.default);
  return choice.route === null ? { available: false, reason: choice.reason } : { available: true, route: choice.route };
}
