import type { RequestOptions } from '../shared/types/client-options.js';
import { type OptionTable } from './option-table.js';
/** The options for every call that sends a request. */
export declare const requestTable: OptionTable<keyof RequestOptions>;
export declare function pickRequestOptions({ signal, timeout, maxRetries }: RequestOptions): RequestOptions;
/**
 * Checks the arguments of a call that concerns one file or run.
 *
 * @returns The id in lower case, as servers send it.
 * @throws `ValidationError`
 */
export declare function checkIdCall(id: unknown, name: 'fileId' | 'requestId' | 'id', options: RequestOptions, callName: string): string;
