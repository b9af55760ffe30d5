import type { DataFormat } from './module.js';

/** A parameter of a model. */
export interface ParamSpec {
  /** `json` accepts any JSON value; only the module can check it. */
  readonly type: 'int' | 'number' | 'bool' | 'string' | 'json';
  readonly default?: number | boolean | string;
  readonly required?: boolean;
  /** The allowed strings. Absent if any string is allowed. */
  readonly values?: readonly string[];
  /** Whether the hosted service lacks the parameter. */
  readonly builtin?: true;
}

/** The names of parameter types in error messages. */
const paramTypeNames = {
  int: 'a whole number',
  number: 'a number',
  bool: 'true or false',
  string: 'a string',
  json: 'JSON',
} satisfies Record<ParamSpec['type'], string>;

/** Describes a parameter's allowed values for error messages. */
export function describeParam({ type, values }: ParamSpec): string {
  return values ? `one of ${values.join(', ')}` : paramTypeNames[type];
}

/** A model of a module. */
export interface ModelSpec {
  readonly name: string;
  /** Whether the model is built into the server and needs no download. The hosted service lacks such models. */
  readonly builtin?: true;
  /** Whether the model is an npm package that is installed alongside the server. The hosted service lacks such models. */
  readonly package?: true;
  readonly params?: Readonly<Record<string, ParamSpec>>;
}

/** A module with its formats and models. */
export interface ModuleDefinition {
  readonly name: string;
  readonly input: DataFormat;
  /** The formats, in addition to `input`, that the module accepts from the previous module. */
  readonly alsoTakes?: readonly DataFormat[];
  readonly output: DataFormat;
  /** Whether the module must be last in a chain, because its output is for people and programs, not for other modules. */
  readonly isLast?: true;
  /** The key of the text in an input item; `null` if the module reads no items. */
  readonly inputKey: string | null;
  /** The key of the text in an output item; `null` if the module writes no items. */
  readonly outputKey: string | null;
  readonly models: readonly ModelSpec[];
  readonly defaultModel: string;
}
