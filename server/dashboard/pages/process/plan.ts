import type { ModuleDefinition, ParamSpec } from 'millrace/shared/modules/module-definition.js';
import { findChainProblem } from 'millrace/shared/modules/chain-rules.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { ModelInfo, ModuleInfo } from 'millrace/shared/types/server-info.js';
import type { Work } from '../../data/uploads/reserve.js';

export const spans = { half: 1800, day: 86_400, week: 7 * 86_400, month: 30 * 86_400, year: 365 * 86_400 } as const;
export type Span = keyof typeof spans;

/** The chosen model and parameters of a module. */
export interface Choice {
  readonly model?: string;
  /** The parameters as they were typed. An empty string stands for the default. */
  readonly params: Readonly<Record<string, string>>;
}

/** The chosen options of all files. */
export interface Options {
  readonly expire: Span;
  readonly keepInput: boolean;
  readonly directory: string;
  /** `author=orwell, year=1949` */
  readonly tags: string;
  readonly description: string;
}

export const defaultOptions: Options = { expire: 'day', keepInput: true, directory: '', tags: '', description: '' };

/** Returns whether a module has a model that can run on this server. */
export const canRun = ({ models }: ModuleInfo): boolean => models.some(({ available }) => available);

/** Returns the modules that can follow a chain. Modules that can run on this server come first. */
export function fittingModules(chain: readonly string[], modules: readonly ModuleInfo[]): ModuleInfo[] {
  const find = (name: string) => modules.find((module) => module.name === name) as ModuleDefinition | undefined;
  return modules
    .filter(({ name }) => findChainProblem([...chain, name], find) === undefined)
    .sort((a, b) => Number(canRun(b)) - Number(canRun(a)));
}

/** Returns the chosen model; otherwise, the default model if it can run on this server, or the first model that can. */
export function modelOf(module: ModuleInfo, choice: Choice | undefined): ModelInfo | undefined {
  const named = (name: string | undefined) => module.models.find((model) => model.name === name);
  const preset = named(module.defaultModel);
  return (
    named(choice?.model) ?? (preset?.available ? preset : (module.models.find(({ available }) => available) ?? preset))
  );
}

/** Returns the parameters of a model with their specifications. */
export const paramsOf = (model: ModelInfo): [string, ParamSpec][] =>
  Object.entries(model.params as Readonly<Record<string, ParamSpec>>);

interface Plan {
  readonly pipeline: string;
  readonly chain: readonly string[];
  readonly choices: readonly (Choice | undefined)[];
  readonly options: Options;
}

/** Returns the plan in the form of a request. */
export function toWork({ pipeline, chain, choices, options }: Plan, modules: readonly ModuleInfo[]): Work {
  const selections = chain.flatMap((name, index): [string, Work['modules'][string]][] => {
    const module = modules.find((one) => one.name === name);
    const model = module && modelOf(module, choices[index]);
    if (!model) return [];
    return [[`module_${index + 1}`, { model: model.name, params: typedParams(model, choices[index]) }]];
  });
  return {
    pipeline,
    chain,
    modules: Object.fromEntries(selections),
    expireTime: spans[options.expire],
    keepInput: options.keepInput,
    directory: options.directory.trim() === '' ? undefined : options.directory.trim(),
    tags: options.tags
      .split(',')
      .map((tag) => tag.split('='))
      .flatMap(([name = '', ...value]) => (name.trim() === '' ? [] : [{ [name.trim()]: value.join('=').trim() }])),
    description: options.description.trim(),
  };
}

function typedParams(model: ModelInfo, choice: Choice | undefined): Record<string, Json> {
  return Object.fromEntries(
    paramsOf(model).flatMap(([name, { type }]): [string, Json][] => {
      const typed = choice?.params[name] ?? '';
      return typed === '' ? [] : [[name, toValue(type, typed)]];
    }),
  );
}

/** Parses a typed value. A value that does not fit the type is sent unchanged, and the server refuses it with a reason. */
function toValue(type: ParamSpec['type'], typed: string): Json {
  if (type === 'string') return typed;
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}
