import { describeParam, type ModuleDefinition, type ParamSpec } from 'millrace/shared/modules/module-definition.js';
import { findChainProblem } from 'millrace/shared/modules/chain-rules.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import type { Selection } from '../../engine/hosted/reservation.js';
import { EngineError } from '../../engine/engine-error.js';
import type { ModuleCatalogue } from '../../module-contract/module-catalogue.js';
import { preserveKeyOrder } from './preserve-key-order.js';

/**
 * Validates a chain and the requested models and parameters, and adds defaults for omitted ones. Accepts any model in the catalogue; the
 * server checks a model's availability when the module runs.
 *
 * @returns The model and parameters for each module in the chain.
 * @throws `EngineError` `validation` if the chain, a label, a model or a parameter is invalid.
 */
export function resolveModules(
  modules: ModuleCatalogue,
  chain: readonly string[],
  requested: ProcessRequest['modules'],
): Selection[] {
  const problem = findChainProblem(chain, (name) => modules.find(name));
  if (problem) throw new EngineError('validation', `BAD REQUEST: invalid module chain: ${problem.message}`);
  for (const label of Object.keys(requested ?? {})) {
    const position = Number(/^module_([1-9]\d?)$/.exec(label)?.[1]);
    if (!(position <= chain.length)) {
      throw new EngineError(
        'validation',
        `BAD REQUEST: Expected labels module_1 to module_${chain.length} in modules, got '${label}'`,
      );
    }
  }
  return chain.map((name, i) => {
    const module = modules.find(name) as ModuleDefinition;
    const label = `module_${i + 1}`;
    const selection = requested?.[label];
    const modelName = selection?.model ?? module.defaultModel;
    const model = module.models.find((candidate) => candidate.name === modelName);
    if (!model) {
      throw new EngineError(
        'validation',
        `BAD REQUEST: ${label} (${name}) has no model '${modelName}'; it has ${module.models.map((m) => m.name).join(', ')}`,
      );
    }
    const params = completeParams(name, label, model.params ?? {}, selection?.params ?? {});
    const paramProblem = modules.checkParams(name, params);
    if (paramProblem !== undefined) {
      throw new EngineError('validation', `BAD REQUEST: invalid params for ${label} (${name}): ${paramProblem}`);
    }
    return { model: model.name, params };
  });
}

/** Checks the names and values of the requested parameters, applies {@link preserveKeyOrder} to them, and adds defaults for the others. */
function completeParams(
  module: string,
  label: string,
  specs: Readonly<Record<string, ParamSpec>>,
  params: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const labelAndName = `${label} (${module})`;
  for (const [key, value] of Object.entries(params)) {
    const spec = Object.hasOwn(specs, key) ? specs[key] : undefined;
    if (!spec) {
      const names = Object.keys(specs);
      const expected = names.length === 0 ? 'no params' : `only the params ${names.join(', ')}`;
      throw new EngineError('validation', `BAD REQUEST: Expected ${labelAndName} to have ${expected}, got '${key}'`);
    }
    if (!matchesSpec(spec, value)) {
      throw new EngineError(
        'validation',
        `BAD REQUEST: Expected ${key} of ${labelAndName} to be ${describeParam(spec)}, got ${JSON.stringify(value)}`,
      );
    }
  }
  const defaults = Object.entries(specs).flatMap(([key, spec]) =>
    spec.default === undefined ? [] : [[key, spec.default]],
  );
  const requested = Object.entries(params).map(([key, value]) => [key, preserveKeyOrder(module, key, value)]);
  return Object.fromEntries([...defaults, ...requested]) as Record<string, Json>;
}

function matchesSpec(spec: ParamSpec, value: Json): boolean {
  if (spec.values) return spec.values.some((allowed) => allowed === value);
  if (spec.type === 'int') return Number.isInteger(value);
  if (spec.type === 'json') return true;
  if (spec.type === 'number') return Number.isFinite(value);
  return typeof value === (spec.type === 'bool' ? 'boolean' : 'string');
}
