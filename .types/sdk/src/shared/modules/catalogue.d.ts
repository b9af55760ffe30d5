import type { DataFormat } from './module.js';
export interface ParamSpec {
    /** `json` accepts any JSON value; only the module can check it. */
    readonly type: 'int' | 'number' | 'bool' | 'string' | 'json';
    readonly default?: number | boolean | string;
    readonly required?: boolean;
}
/** The types of parameters as error messages name them. */
export declare const paramTypeNames: {
    int: string;
    number: string;
    bool: string;
    string: string;
    json: string;
};
export interface ModelSpec {
    readonly name: string;
    /** Whether the model is built into the server and needs no download. The hosted service does not have it. */
    readonly builtin?: true;
    readonly params?: Readonly<Record<string, ParamSpec>>;
}
export interface ModuleDefinition {
    readonly name: string;
    readonly input: DataFormat;
    readonly output: DataFormat;
    /** The key that holds an input item's text; `null` if the input is not JSON. */
    readonly inputKey: string | null;
    /** The key that holds an output item's text; `null` if the output is not JSON. */
    readonly outputKey: string | null;
    readonly models: readonly ModelSpec[];
    readonly defaultModel: string;
}
/** Every module in the hosted protocol, in the original client's order, with its hosted and built-in models. */
export declare const catalogue: readonly ModuleDefinition[];
export declare function findModule(name: string): ModuleDefinition | undefined;
