import type { WpipeCall } from './endpoint.js';
/** `POST /newprocess`: starts a run with the steps that the worker registered. */
export declare function newProcess({ http, account, body }: WpipeCall<{
    id: string;
}>): Promise<{
    father: string;
    sons: {
        name: string;
        id: string;
    }[];
}>;
