import OpenAI from 'openai';
import type * as z from 'zod';
import { ModuleError } from '../../module-contract/module.js';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
type Call = (client: OpenAI, options: {
    signal: AbortSignal;
    timeout: number;
}) => PromiseLike<unknown>;
/** Sends requests to one endpoint, with a timeout, and validates every response. */
export declare class EndpointClient {
    #private;
    constructor(settings: EndpointSettings, signal: AbortSignal);
    /**
     * @param what A description of the expected response, as in "did not return <what>".
     * @throws `ModuleError` whose message contains the host and the problem, but never the key.
     */
    ask<T>(what: string, schema: z.ZodType<T>, call: Call): Promise<T>;
    /** Creates the error for an unusable response. */
    refuse(why: string): ModuleError;
}
export {};
