import { findModule, getHostedModels, getHostedParams } from '../shared/modules/catalogue.js';
import type { ModelSpec } from '../shared/modules/module-definition.js';
import { hostedLimits } from '../shared/rules/limits.js';
import type { ModuleConfig, PipelineConfig } from '../shared/modules/pipeline-config.js';

/** Returns the content of a pipeline's YAML file, in the hosted service's format. For a custom module, includes only the name. */
export function describePipeline(name: string, chain: readonly string[]): PipelineConfig {
  return { pipeline: { name, modules: chain.map(describeModule) } };
}

function describeModule(name: string): ModuleConfig {
  const module = findModule(name);
  if (!module) return { name };
  const models = getHostedModels(module).map((model) => ({ name: model.name, ...describeParams(model) }));
  const defaults = getDefaultParams(module.models.find((model) => model.name === module.defaultModel));
  return {
    name,
    models,
    defaults: { model: module.defaultModel, ...(defaults && { params: defaults }) },
    input: { type: module.input, permitted_extensions: [...hostedLimits.extensions[module.input]] },
    output: { type: module.output },
  };
}

function describeParams(model: ModelSpec): Pick<NonNullable<ModuleConfig['models']>[number], 'params'> {
  const params = getHostedParams(model);
  if (!params) return {};
  const entries = Object.entries(params).map(
    ([name, spec]) =>
      [name, { type: spec.type, ...(spec.default !== undefined && { default: spec.default }) }] as const,
  );
  return { params: Object.fromEntries(entries) };
}

function getDefaultParams(model: ModelSpec | undefined): Record<string, number | boolean | string> | undefined {
  const entries = Object.entries((model && getHostedParams(model)) ?? {}).flatMap(([name, spec]) =>
    spec.default === undefined ? [] : [[name, spec.default] as const],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
