import { isBuiltin } from './builtin-models.js';
import { explainAbsence, explainUnsupported } from './explain-absence.js';
import { knownModel, type KnownModel } from './known-models.js';
import { findLocalModel } from './local-model.js';
import { missingLibrary } from './transformers/library.js';
import type { EndpointSettings, ModelSettings } from '../module-contract/model-settings.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import { acceptablePrecisions, type Precision } from './precision.js';

/** By which way a model runs here, or why by none. */
export type Route =
  | { readonly route: 'builtin' }
  | { readonly route: 'endpoint'; readonly endpoint: EndpointSettings; readonly upstream: string }
  | {
      readonly route: 'transformers';
      readonly folder: string;
      readonly precision: Precision;
      /** Not there yet: it is downloaded first. */
      readonly download: boolean;
    }
  | { readonly route: null; readonly reason: string };

/**
 * Chooses where a model comes from: a builtin by its own name, the endpoint that is configured for the module, the model
 * directory, a download where that is allowed; in this order. Looks at settings and file names only, so it takes no time.
 *
 * @param quantize The parameter of that name, where the module has it.
 */
export async function chooseRoute(
  task: ModelTask,
  name: string,
  settings: ModelSettings,
  quantize?: unknown,
): Promise<Route> {
  if (isBuiltin(task, name)) return { route: 'builtin' };
  const upstream = upstreamName(name, settings.endpoint);
  if (settings.endpoint && upstream !== undefined) return { route: 'endpoint', endpoint: settings.endpoint, upstream };
  const model = knownModel(task, name);
  if (!model) return { route: null, reason: `this server knows no model "${name}" for ${settings.module}` };
  if (model.unsupported !== undefined) return { route: null, reason: explainUnsupported(name, model, settings) };
  if (settings.modelDir === undefined) return { route: null, reason: explainAbsence(name, model, settings) };
  const precisions = acceptablePrecisions(quantize);
  const local = await findLocalModel(settings.modelDir, task, name, precisions);
  const download = local.precision === undefined;
  if (download && !(settings.allowDownloads && model.published)) {
    return { route: null, reason: explainAbsence(name, model, settings, local) };
  }
  const library = missingLibrary();
  if (library !== undefined) return { route: null, reason: library };
  const precision = local.precision ?? precisionToFetch(model, precisions);
  return { route: 'transformers', folder: local.folder, precision, download };
}

/** Of those that will do, the smallest that there is. */
export function precisionToFetch({ precisions }: KnownModel, acceptable: readonly Precision[]): Precision {
  return acceptable.findLast((precision) => precisions?.includes(precision) ?? true) ?? acceptable[0] ?? 'fp32';
}

function upstreamName(name: string, endpoint: EndpointSettings | undefined): string | undefined {
  if (!endpoint) return undefined;
  const { model, models } = endpoint;
  if (models && Object.hasOwn(models, name)) return models[name];
  return model ?? (models ? undefined : name);
}
