import type { Issue } from '../types/error-code.js';
export declare const webhookEventTypes: readonly ["run.completed", "run.failed", "run.cancelled", "run.crashed"];
/** Decodes a `whsec_…` secret. Returns `undefined` if the secret has a different form. */
export declare function readWebhookSecret(secret: unknown): Buffer | undefined;
/** Checks a secret without including it in the error message. */
export declare function checkWebhookSecret(secret: unknown): string | undefined;
/** Checks a webhook registration. The issues' paths are relative to the registration. */
export declare function checkWebhook(webhook: unknown, options: {
    readonly needsSecret: boolean;
}): Issue[];
/**
 * Returns the signature of a message according to the Standard Webhooks specification
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1,` followed by the
 * base64 HMAC-SHA256 of the id, timestamp and body joined by dots.
 *
 * @param timestamp The time in Unix seconds.
 */
export declare function webhookSignature(key: Buffer, id: string, timestamp: number, body: string | Uint8Array): string;
export declare function webhookHeaders(key: Buffer, id: string, timestamp: number, body: string | Uint8Array): {
    'webhook-id': string;
    'webhook-timestamp': string;
    'webhook-signature': string;
};
