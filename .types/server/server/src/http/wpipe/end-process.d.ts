import type * as z from 'zod';
import type { endBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
/** `POST /endprocess`: ends a run. If `details` is empty, the run has completed; otherwise, it has failed. */
export declare function endProcess({ http, account, body }: WpipeCall<z.output<typeof endBody>>): Promise<{
    status: boolean;
}>;
