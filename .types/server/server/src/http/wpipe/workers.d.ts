import type * as z from 'zod';
import { ApiError } from '../api-error.js';
import type { workerBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
/** `POST /matricula`: registers a program as a worker with its name and steps. */
export declare function registerWorker({ http, account, body }: WpipeCall<z.output<typeof workerBody>>): Promise<{
    id: string;
}>;
/** `POST /healthchecker`: records a worker's heartbeat, which counts for all its runs. */
export declare function healthcheck({ http, account, body }: WpipeCall<{
    id: string;
}>): Promise<{
    health: number;
}>;
/** Returns the error for an unknown worker. An empty list is not an alternative: a client that receives no steps runs nothing. */
export declare function unknownWorker(id: string): ApiError;
