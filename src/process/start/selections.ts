import type { Issues } from '../../options/issues.js';
import { getHostedParams } from '../../shared/modules/catalogue.js';
import {
  describeParam,
  type ModelSpec,
  type ModuleDefinition,
  type ParamSpec,
} from '../../shared/modules/module-definition.js';
import { isObject, formatValue } from '../../shared/rules/format-value.js';
import type { Json } from '../../shared/types/json.js';
import type { Limits } from '../../shared/types/limits.js';

export type FindModule = (name: string) => ModuleDefinition | undefined;

/** The selection for one module, including defaults for an omitted model and omitted parameters. */
interface Selection {
  model: string;
  params: Record<string, Json>;
}

/** The caller's selection for one module, without defaults. If the model is omitted, the server uses its default model. */
interface PartialSelection {
  model?: string;
  params: Record<string, Json>;
}

/** A caller's selection for one module, before validation. */
interface Choice {
  model?: unknown;
  params?: unknown;
}

/**
 * Adds an issue for each problem with the module selections. For a module that is unknown to `find`, accepts any model name and parameters.
 *
 * @param isCatalogueComplete Whether `find` returns modules with all their models. If false, unknown models are accepted.
 */
export function checkSelections(
  chain: readonly string[],
  modules: unknown,
  find: FindModule,
  limits: Limits,
  issues: Issues,
  isCatalogueComplete: boolean,
): void {
  if (modules === undefined) return;
  if (!isObject(modules)) {
    issues.add(['modules'], `Expected an object with a key per module, got ${formatValue(modules)}`);
    return;
  }
  for (const [label, choice] of Object.entries(modules)) {
    if (choice === undefined) continue;
    const indexOrProblem = findModuleIndex(label, chain, Object.keys(modules));
    if (typeof indexOrProblem === 'string') {
      issues.add(['modules', label], indexOrProblem);
      continue;
    }
    const module = find(chain[indexOrProblem] as string);
    for (const [path, message] of findChoiceProblems(choice, module, limits, isCatalogueComplete)) {
      issues.add(['modules', label, ...path], message);
    }
  }
}

/**
 * Returns only the caller's selections, without defaults, keyed by `module_1` and so on. `modules` must be valid (see
 * {@link checkSelections}). If a model is omitted, the server uses the default model, which the server's operator can change.
 */
export function pickExplicitSelections(
  chain: readonly string[],
  modules: object | undefined,
): Record<string, PartialSelection> {
  const choices: Record<string, Choice | undefined> = { ...modules };
  return Object.fromEntries(
    chain.flatMap((name, i): [string, PartialSelection][] => {
      const { model, params } = choices[`module_${i + 1}`] ?? choices[name] ?? {};
      if (model === undefined && params === undefined) return [];
      const definedParams = pickDefinedValues(params);
      return [[`module_${i + 1}`, { ...(model !== undefined && { model: model as string }), params: definedParams }]];
    }),
  );
}

/** Returns a complete selection for every module, keyed by `module_1` and so on. `modules` must be valid (see {@link checkSelections}). */
export function resolveSelections(chain: readonly string[], modules: object | undefined, find: FindModule) {
  const choices: Record<string, Choice | undefined> = { ...modules };
  return Object.fromEntries(
    chain.map((name, i): [string, Selection] => {
      const choice = choices[`module_${i + 1}`] ?? choices[name] ?? {};
      const module = find(name);
      const model = (choice.model as string | undefined) ?? module?.defaultModel ?? '';
      return [`module_${i + 1}`, { model, params: resolveParams(module, model, choice.params) }];
    }),
  );
}

function resolveParams(module: ModuleDefinition | undefined, model: string, params: unknown): Record<string, Json> {
  const specs = module?.models.find((candidate) => candidate.name === model)?.params ?? {};
  const defaults: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.default !== undefined) defaults[name] = spec.default;
  }
  return { ...defaults, ...pickDefinedValues(params) };
}

function pickDefinedValues(params: unknown): Record<string, Json> {
  const entries = Object.entries((params ?? {}) as Record<string, Json>);
  return Object.fromEntries(entries.filter(([, value]) => (value as Json | undefined) !== undefined));
}

/**
 * Finds the module that a label identifies. A label is a module's name or its position, such as `module_1`.
 *
 * @param labels All labels of the call. They must be either all names or all positions.
 * @returns The module's index in the chain, or an error message.
 */
function findModuleIndex(label: string, chain: readonly string[], labels: readonly string[]): number | string {
  const isPositionLabel = (text: string): boolean => /^module_\d+$/.test(text) && !chain.includes(text);
  if (labels.some(isPositionLabel) !== labels.every(isPositionLabel)) {
    return 'Expected either module names or positions such as module_1, got both';
  }
  const index = isPositionLabel(label) ? Number(label.slice('module_'.length)) - 1 : chain.indexOf(label);
  if (index < 0 || index >= chain.length) {
    return `Expected a module in this chain (${chain.join(', ')}) or module_1 to module_${chain.length}, got '${label}'`;
  }
  if (!isPositionLabel(label) && new Set(chain).size < chain.length) {
    return `Expected positions module_1 to module_${chain.length}, because a module occurs more than once in this chain, got '${label}'`;
  }
  return index;
}

function* findChoiceProblems(
  choice: unknown,
  module: ModuleDefinition | undefined,
  limits: Limits,
  isCatalogueComplete: boolean,
): Generator<[path: string[], message: string]> {
  if (!isObject(choice)) {
    yield [[], `Expected { model, params }, got ${formatValue(choice)}`];
    return;
  }
  for (const key of Object.keys(choice)) {
    if (key !== 'model' && key !== 'params') yield [[key], `Expected only model and params, got '${key}'`];
  }
  const { model: modelName = module?.defaultModel, params = {} } = choice as Choice;
  if (modelName !== undefined && typeof modelName !== 'string') {
    yield [['model'], `Expected a model name, got ${formatValue(modelName)}`];
    return;
  }
  if (!isObject(params)) {
    yield [['params'], `Expected an object of parameters, got ${formatValue(params)}`];
    return;
  }
  const model = module?.models.find((candidate) => candidate.name === modelName);
  if (model) {
    yield* findParamProblems(module as ModuleDefinition, model, params, limits);
  } else if (module && isCatalogueComplete) {
    const modelNames = module.models.map((candidate) => candidate.name);
    yield [['model'], `Expected a model for ${module.name} (${modelNames.join(', ')}), got ${formatValue(modelName)}`];
  }
}

function* findParamProblems(
  module: ModuleDefinition,
  model: ModelSpec,
  params: Record<string, unknown>,
  limits: Limits,
): Generator<[path: string[], message: string]> {
  const isHosted = limits.characters === 'ascii-lower-case';
  const specs = (isHosted ? getHostedParams(model) : model.params) ?? {};
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const spec = specs[name];
    if (!spec) {
      const supported = Object.keys(specs).join(', ') || 'none';
      yield [['params', name], `Expected only parameters that '${model.name}' supports (${supported}), got '${name}'`];
    } else if (!matchesType(spec, value)) {
      yield [['params', name], `Expected ${describeParam(spec)}, got ${formatValue(value)}`];
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.required && params[name] === undefined) yield [['params', name], `Missing required parameter '${name}'`];
  }
  if (module.name === 'parser') {
    const message = checkParserParams(resolveParams(module, model.name, params), limits);
    if (message !== undefined) yield [['params'], message];
  }
}

function matchesType(spec: ParamSpec, value: unknown): boolean {
  if (spec.values) return spec.values.some((allowed) => allowed === value);
  if (spec.type === 'int') return Number.isSafeInteger(value);
  if (spec.type === 'json') return true;
  if (spec.type === 'number') return Number.isFinite(value);
  return typeof value === (spec.type === 'bool' ? 'boolean' : 'string');
}

/** Returns an error message if the chunk size or the overlap for the parser's `fixed` model is invalid. */
export function checkParserParams(params: Readonly<Record<string, unknown>>, limits: Limits): string | undefined {
  const { chunk_size: chunkSize, overlap_size: overlapSize } = params;
  const [min, max] = limits.characters === 'ascii-lower-case' ? [4, 20] : [2, 10_000];
  if (typeof chunkSize === 'number' && (chunkSize < min || chunkSize > max)) {
    return `Expected chunk_size to be between ${min} and ${max}, got ${formatValue(chunkSize)}`;
  }
  if (
    typeof chunkSize === 'number' &&
    typeof overlapSize === 'number' &&
    (overlapSize < 1 || overlapSize >= chunkSize)
  ) {
    return `Expected overlap_size to be between 1 and ${chunkSize - 1} (less than chunk_size), got ${formatValue(overlapSize)}`;
  }
  return undefined;
}
