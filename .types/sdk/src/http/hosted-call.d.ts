import type { Call, CallResponse } from './call.js';
import type { Connection } from './connection.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { type ResponseSchema } from '../shared/wire/read-response.js';
/** The context that every pipeline call needs. */
export interface PipelineContext {
    readonly connection: Connection;
    readonly name: string;
    readonly chain: readonly string[];
}
type Hosted = typeof import('../shared/wire/hosted-responses.js');
/**
 * Makes a call in the hosted protocol and returns its response, parsed with one of the protocol's schemas.
 *
 * @throws `ApiError`, including for error responses with status 200; `ResponseShapeError`.
 */
export declare function hostedCall<Output>({ connection }: PipelineContext, call: Call, options: RequestOptions, pick: (hosted: Hosted) => ResponseSchema<Output>): Promise<Output>;
/**
 * Throws if the file is still being processed. The hosted protocol reports this with status 200 and a fixed sentence.
 *
 * @throws `ApiError`
 */
export declare function throwIfUnfinished(what: string, response: CallResponse): void;
export {};
