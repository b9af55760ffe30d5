import type { DataFormat } from './module.js';
/** The file extensions that a Millrace server accepts for each data format. The first one is used for outputs. */
export declare const inputExtensions: Readonly<Record<DataFormat, readonly string[]>>;
/** The output file extension for each data format. */
export declare const outputExtension: Readonly<Record<DataFormat, string>>;
/** Returns the file extensions that a chain accepts; `undefined` if its first module is not built in. */
export declare function inputExtensionsOf(chain: readonly string[]): readonly string[] | undefined;
