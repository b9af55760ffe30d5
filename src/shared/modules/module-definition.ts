import type { DataFormat } from './module.js';

/** A parameter of a model. */
export interface ParamSpec {
  /** `json` accepts any JSON value, which only the module itself validates. */
  readonly type: 'int' | 'number' | 'bool' | 'string' | 'json';
  readonly default?: number | boolean | string;
  readonly required?: boolean;
  /** The allowed values of a `string` parameter. Absent if any string is allowed. */
  readonly values?: readonly string[];
  /** Whether only Millrace servers support the parameter, not the hosted service. */
  readonly builtin?: true;
}

/** Descriptions of the parameter types, for error messages. */
const paramTypeDescriptions = {
  int: 'a whole number',
  number: 'a number',
  bool: 'true or false',
  string: 'a string',
  json: 'JSON',
} satisfies Record<ParamSpec['type'], string>;

/** Describes a parameter's allowed values for error messages. */
export function describeParam({ type, values }: ParamSpec): string {
  return values ? `one of ${values.join(', ')}` : paramTypeDescriptions[type];
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
  /** The formats that the module accepts in addition to `input`. */
  readonly alsoTakes?: readonly DataFormat[];
  readonly output: DataFormat;
  /** Whether the module must be last in a chain, because its output is a final result, not input for another module. */
  readonly isLast?: true;
  /** For JSON input, the key of each item's text. `data` for NumPy input of a built-in module. Otherwise `null`. */
  readonly inputKey: string | null;
  /** For JSON output, the key of each item's main value. `data` for NumPy output of a built-in module. Otherwise `null`. */
  readonly outputKey: string | null;
  readonly models: readonly ModelSpec[];
  readonly defaultModel: string;
}
