import type { FetchOutputOptions, StreamOutputOptions, WaitOptions } from '../../shared/types/process.js';
import { type OptionTable } from '../../options/option-table.js';
/** The rules for the `streamOutput()` options. */
export declare const streamTable: OptionTable<keyof StreamOutputOptions>;
/** The rules for the `fetchOutput()` options. */
export declare const outputTable: OptionTable<keyof FetchOutputOptions>;
/** The rules for the `wait()` options. */
export declare const waitTable: OptionTable<keyof WaitOptions>;
