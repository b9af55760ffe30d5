import type { WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { HttpContext } from './http-context.js';
interface WebhookInput {
    readonly url: string;
    readonly secret?: string | null | undefined;
    readonly events?: readonly string[] | null | undefined;
    readonly needsSecret: boolean;
}
interface ChosenWebhook {
    readonly url: string;
    /** The secret, or an empty string if an optional secret was omitted. */
    readonly secret: string;
    readonly events: WebhookEventType[];
}
/** Validates a webhook. @throws `EngineError` `validation` if it is invalid or its address is recognizably private. */
export declare function chooseWebhook({ settings }: HttpContext, input: WebhookInput, prefix?: string): ChosenWebhook;
export {};
