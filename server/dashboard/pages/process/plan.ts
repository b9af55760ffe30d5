import type { ModuleDefinition, ParamSpec } from 'millrace/shared/modules/module-definition.js';
import { findChainProblem } from 'millrace/shared/modules/chain-rules.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { ModelInfo, ModuleInfo } from 'millrace/shared/types/server-info.js';
import type { ProcessSettings } from '../../data/uploads/reserve.js';

/** The retention times to choose from, in seconds. */
export const retentionSecondsByName = {
  halfHour: 1800,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
} as const;
export type RetentionTimeName = keyof typeof retentionSecondsByName;

/** The model and parameters that were chosen for a module. */
export interface ModuleChoice {
  readonly model?: string;
  /** The parameter values as entered. An empty string means the default. */
  readonly params: Readonly<Record<string, string>>;
}

/** The options for the files to process. */
export interface FileOptions {
  readonly expire: RetentionTimeName;
  readonly keepInput: boolean;
  readonly directory: string;
  /** The tags as entered: `author=orwell, year=1949`. */
  readonly tags: string;
  readonly description: string;
}

export const defaultOptions: FileOptions = { expire: 'day', keepInput: true, directory: '', tags: '', description: '' };

/** Returns whether at least one model of a module can run on this server. */
export const canRun = ({ models }: ModuleInfo): boolean => models.some(({ available }) => available);

/** Returns the modules that can be appended to a chain. Modules that can run on this server come first. */
export function findCompatibleModules(chain: readonly string[], modules: readonly ModuleInfo[]): ModuleInfo[] {
  const find = (name: string) => modules.find((module) => module.name === name) as ModuleDefinition | undefined;
  return modules
    .filter(({ name }) => findChainProblem([...chain, name], find) === undefined)
    .sort((a, b) => Number(canRun(b)) - Number(canRun(a)));
}

/**
 * Returns the chosen model, if the module has it. Otherwise returns an available model, preferably the default model. If no model is
 * available, returns the default model.
 */
export function resolveModel(module: ModuleInfo, choice: ModuleChoice | undefined): ModelInfo | undefined {
  const find = (name: string | undefined) => module.models.find((model) => model.name === name);
  const defaultModel = find(module.defaultModel);
  return (
    find(choice?.model) ??
    (defaultModel?.available ? defaultModel : (module.models.find(({ available }) => available) ?? defaultModel))
  );
}

export const getParamEntries = (model: ModelInfo): [string, ParamSpec][] =>
  Object.entries(model.params as Readonly<Record<string, ParamSpec>>);

interface Plan {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** The choice for each module of the chain. */
  readonly choices: readonly (ModuleChoice | undefined)[];
  readonly options: FileOptions;
}

export function toSettings(
  { pipeline, chain, choices, options }: Plan,
  modules: readonly ModuleInfo[],
): ProcessSettings {
  const moduleSettings = chain.flatMap((name, index): [string, ProcessSettings['modules'][string]][] => {
    const module = modules.find((candidate) => candidate.name === name);
    const model = module && resolveModel(module, choices[index]);
    if (!model) return [];
    return [[`module_${index + 1}`, { model: model.name, params: parseParams(model, choices[index]) }]];
  });
  return {
    pipeline,
    chain,
    modules: Object.fromEntries(moduleSettings),
    expireTime: retentionSecondsByName[options.expire],
    keepInput: options.keepInput,
    directory: options.directory.trim() === '' ? undefined : options.directory.trim(),
    tags: options.tags
      .split(',')
      .map((tag) => tag.split('='))
      .flatMap(([name = '', ...value]) => (name.trim() === '' ? [] : [{ [name.trim()]: value.join('=').trim() }])),
    description: options.description.trim(),
  };
}

function parseParams(model: ModelInfo, choice: ModuleChoice | undefined): Record<string, Json> {
  return Object.fromEntries(
    getParamEntries(model).flatMap(([name, { type }]): [string, Json][] => {
      const input = choice?.params[name] ?? '';
      return input === '' ? [] : [[name, parseValue(type, input)]];
    }),
  );
}

/**
 * Parses the entered value of a parameter: as JSON, unless the parameter is a string. Returns invalid JSON unchanged and leaves the
 * validation to the server.
 */
function parseValue(type: ParamSpec['type'], input: string): Json {
  if (type === 'string') return input;
  try {
    return JSON.parse(input) as Json;
  } catch {
    return input;
  }
}
