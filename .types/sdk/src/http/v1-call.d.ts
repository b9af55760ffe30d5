import type { RequestOptions } from '../shared/types/client-options.js';
import { type ResponseSchema } from '../shared/wire/read-response.js';
import type { Call, Caller, CallResponse } from './call.js';
type V1 = typeof import('../shared/wire/v1-responses.js');
type PickSchema<Output> = (v1: V1) => ResponseSchema<Output>;
/**
 * Makes a call to `/v1` and returns its response, parsed with one of the `/v1` schemas.
 *
 * @throws `ConfigurationError` if the server does not have `/v1`; `ApiError`, `ResponseShapeError`.
 */
export declare function v1Call<Output>(connection: Caller, call: Call, options: RequestOptions, pick: PickSchema<Output>): Promise<Output>;
/**
 * Like {@link v1Call}, but does not check first whether the server has `/v1`, and also returns the response with its headers.
 *
 * @throws `ApiError`, `ResponseShapeError`
 */
export declare function askV1<Output>(connection: Caller, call: Call, options: RequestOptions, pick: PickSchema<Output>): Promise<{
    readonly output: Output;
    readonly response: CallResponse;
}>;
/**
 * Parses a response from `/v1` with one of its schemas.
 *
 * @param what The action, phrased to follow "Could not".
 * @throws `ResponseShapeError`
 */
export declare function readV1<Output>(response: CallResponse, what: string, pick: PickSchema<Output>): Promise<Output>;
/** Makes a `DELETE` call to `/v1`. @throws `ConfigurationError` if the server does not have `/v1`; `ApiError` */
export declare function v1Delete(connection: Caller, call: Pick<Call, 'what' | 'path'>, options: RequestOptions): Promise<void>;
/** @throws `ConfigurationError` if the server does not have `/v1`. */
export declare function requireV1(connection: Caller, options: RequestOptions): Promise<void>;
export {};
