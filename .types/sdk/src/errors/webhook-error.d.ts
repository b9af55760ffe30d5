import { MillraceError } from './millrace-error.js';
/** The request is not a webhook message, is too old, or was tampered with. Respond with status 400. */
export declare class WebhookError extends MillraceError {
    readonly name: string;
    readonly code: 'webhook';
}
