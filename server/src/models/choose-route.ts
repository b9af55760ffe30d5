import type { ModelSpec } from 'millrace/shared/modules/module-definition.js';
import type { ModelInfo } from 'millrace/shared/types/server-info.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { EndpointSettings, ModelSettings } from '../module-contract/model-settings.js';
import { isBuiltinModel } from './builtin-models.js';
import { explainUnavailableModel, explainMissingEndpoint, explainUnsupportedModel } from './explain-unavailable.js';
import {
  getAcceptablePrecisions,
  findKnownModel,
  needsEndpoint,
  getTask,
  type KnownModel,
  type Precision,
} from './known-models.js';
import { findLocalModel } from './local-model.js';
import {
  explainMissingSentenceEncoder,
  installSentenceEncoderCommand,
  sentenceEncoderName,
} from './packages/sentence-encoder.js';
import { installTransformersCommand, explainMissingTransformers } from './transformers/transformers-library.js';

/** How a model runs on this server, or the reason why it cannot run. */
export type RouteChoice =
  | { readonly route: 'builtin' }
  | {
      readonly route: 'endpoint';
      readonly endpoint: EndpointSettings;
      /** The endpoint's name for the model. */
      readonly upstreamModel: string;
    }
  | {
      readonly route: 'transformers';
      readonly folder: string;
      readonly precision: Precision;
      /** Whether the model must be downloaded first. */
      readonly mustDownload: boolean;
    }
  | { readonly route: 'package' }
  | {
      readonly route: null;
      readonly reason: string;
      /** The commands that make the model available on this server, in order. Absent if no command can. */
      readonly commands?: readonly string[];
    };

/**
 * Chooses a model's route. In order of precedence, the routes are the built-in model, the module's endpoint, an npm package, the model
 * directory, and a download if allowed. The choice is fast, because it reads no model files.
 *
 * @param quantize The value of the module's `quantize` parameter, if it has one.
 */
export async function chooseRoute(
  task: ModelTask,
  name: string,
  settings: ModelSettings,
  quantize?: unknown,
): Promise<RouteChoice> {
  if (isBuiltinModel(task, name)) return { route: 'builtin' };
  const upstreamModel = findUpstreamName(name, settings.endpoint);
  if (settings.endpoint && upstreamModel !== undefined)
    return { route: 'endpoint', endpoint: settings.endpoint, upstreamModel };
  if (needsEndpoint(task, name)) return { route: null, reason: explainMissingEndpoint(settings.module) };
  if (task === 'embeddings' && name === sentenceEncoderName) {
    const reason = explainMissingSentenceEncoder();
    return reason === undefined
      ? { route: 'package' }
      : { route: null, reason, commands: [installSentenceEncoderCommand] };
  }
  const model = findKnownModel(task, name);
  if (!model) return { route: null, reason: `This server has no model "${name}" for the module ${settings.module}.` };
  if (model.unsupportedArchitecture !== undefined)
    return { route: null, reason: explainUnsupportedModel(name, model, settings) };
  const missingLibraryReason = explainMissingTransformers();
  const installCommands = missingLibraryReason === undefined ? [] : [installTransformersCommand];
  const remedy = model.isPublished ? { commands: [...installCommands, `millrace models pull ${name}`] } : {};
  if (settings.modelDir === undefined)
    return { route: null, reason: explainUnavailableModel(name, model, settings), ...remedy };
  const precisions = getAcceptablePrecisions(quantize);
  const local = await findLocalModel(settings.modelDir, task, name, precisions);
  const mustDownload = local.precision === undefined;
  if (mustDownload && !(settings.allowDownloads && model.isPublished)) {
    return { route: null, reason: explainUnavailableModel(name, model, settings, local), ...remedy };
  }
  if (missingLibraryReason !== undefined)
    return { route: null, reason: missingLibraryReason, commands: installCommands };
  const precision = local.precision ?? choosePrecision(model, precisions);
  return { route: 'transformers', folder: local.folder, precision, mustDownload };
}

/** Returns whether a model can run on this server, with its route if it can, or with the reason if it cannot. */
export async function getModelAvailability(
  module: string,
  { name, params }: ModelSpec,
  settings: ModelSettings,
): Promise<Pick<ModelInfo, 'available' | 'route' | 'reason'>> {
  const task = getTask(module);
  // a module without a task needs no model
  if (!task) return { available: true, route: 'builtin' };
  const choice = await chooseRoute(task, name, settings, params?.['quantize']?.default);
  return choice.route === null ? { available: false, reason: choice.reason } : { available: true, route: choice.route };
}

/** Returns the lowest acceptable precision in the model's repository, or else the first acceptable precision. */
export function choosePrecision({ precisions }: KnownModel, acceptable: readonly Precision[]): Precision {
  return acceptable.findLast((precision) => precisions?.includes(precision) ?? true) ?? acceptable[0] ?? 'fp32';
}

function findUpstreamName(name: string, endpoint: EndpointSettings | undefined): string | undefined {
  if (!endpoint) return undefined;
  const { model, models } = endpoint;
  if (models && Object.hasOwn(models, name)) return models[name];
  return model ?? (models ? undefined : name);
}
