import type { DataFormat } from './module.js';

export interface ParamSpec {
  /** `json` accepts any JSON value; only the module can check it. */
  readonly type: 'int' | 'number' | 'bool' | 'string' | 'json';
  readonly default?: number | boolean | string;
  readonly required?: boolean;
  /** The allowed strings. Absent if any string is allowed. */
  readonly values?: readonly string[];
  /** Whether only Millrace has the parameter, not the hosted service. */
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

/** Describes the allowed values of a parameter, for error messages. */
export function describeParam({ type, values }: ParamSpec): string {
  return values ? `one of ${values.join(', ')}` : paramTypeNames[type];
}

export interface ModelSpec {
  readonly name: string;
  /** Whether the model is built into the server and needs no download. The hosted service does not have it. */
  readonly builtin?: true;
  /** Whether the model is an npm package that is installed beside the server. The hosted service does not have it. */
  readonly package?: true;
  readonly params?: Readonly<Record<string, ParamSpec>>;
}

export interface ModuleDefinition {
  readonly name: string;
  readonly input: DataFormat;
  /** The formats that the module accepts from the module before it, besides `input`. */
  readonly alsoTakes?: readonly DataFormat[];
  readonly output: DataFormat;
  /** Whether no module can follow this module, because its output is for people and programs. */
  readonly isLast?: true;
  /** The key that holds an input item's text; `null` if the input is not JSON. */
  readonly inputKey: string | null;
  /** The key that holds an output item's text; `null` if the output is not JSON. */
  readonly outputKey: string | null;
  readonly models: readonly ModelSpec[];
  readonly defaultModel: string;
}
