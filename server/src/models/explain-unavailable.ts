import { join } from 'node:path';
import type { KnownModel } from './known-models.js';
import type { LocalModel } from './local-model.js';
import type { ModelSettings } from '../module-contract/model-settings.js';

/** Explains why a supported model is unavailable, and how to make it available. */
export function explainUnavailableModel(
  name: string,
  model: KnownModel,
  settings: ModelSettings,
  local?: Pick<LocalModel, 'folder' | 'missingFiles'>,
): string {
  const folder = local?.folder ?? (settings.modelDir === undefined ? undefined : join(settings.modelDir, model.repo));
  const reason = !model.isPublished
    ? 'has no known public copy'
    : settings.allowDownloads
      ? 'has not been downloaded'
      : 'downloads are disabled';
  const remedies = [
    ...(folder === undefined ? [] : [`put its files into ${folder}${describeMissingFiles(local)}`]),
    ...(model.isPublished ? [`run \`millrace models pull ${name}\``] : []),
    ...(model.isPublished && !settings.allowDownloads ? ['start the server with --allow-downloads'] : []),
    `set ${getEndpointVariable(settings.module)} to an OpenAI-compatible endpoint`,
  ];
  return `Model "${name}" is not installed and ${reason}. ${joinAlternatives(remedies)}.`;
}

/** Explains why a model cannot run locally and suggests alternatives. */
export function explainUnsupportedModel(name: string, model: KnownModel, settings: ModelSettings): string {
  const suggestion = settings.module === 'caption' ? 'Use vit-gpt2-image-captioning, or set' : 'Set';
  return (
    `Model "${name}" cannot run locally (its type "${model.unsupportedArchitecture ?? 'unknown'}" is not supported). ` +
    `${suggestion} ${getEndpointVariable(settings.module)} to an OpenAI-compatible endpoint that serves it.`
  );
}

/** Explains that a module needs a language model, which only an endpoint can provide. */
export function explainMissingEndpoint(module: string): string {
  const variable = getEndpointVariable(module);
  return (
    `The module ${module} needs a language model. Set ${variable} to an OpenAI-compatible endpoint, and ` +
    `${variable.replace('BASE_URL', 'MODEL')} to the endpoint's name for the model.`
  );
}

/** Returns the name of the environment variable that sets a module's endpoint. */
function getEndpointVariable(module: string): string {
  return `MILLRACE_${module.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
}

function describeMissingFiles(local: Pick<LocalModel, 'missingFiles'> | undefined): string {
  return local && local.missingFiles.length > 0 ? ` (missing: ${local.missingFiles.join(', ')})` : '';
}

function joinAlternatives(remedies: readonly string[]): string {
  const text =
    remedies.length > 1 ? `${remedies.slice(0, -1).join(', ')}, or ${remedies.at(-1) ?? ''}` : (remedies[0] ?? '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
