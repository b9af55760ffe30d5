import type * as z from 'zod';
import type { taskBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
type Update = z.output<typeof taskBody>;
/**
 * `POST /actualizar_task`: records that a step started or ended. The status is 200 even if the id is unknown, because clients
 * treat a rejected update as a step failure. Updates that do not match a task are counted.
 */
export declare function updateTask({ http, account, body }: WpipeCall<Update>): Promise<{
    status: string;
}>;
export {};
