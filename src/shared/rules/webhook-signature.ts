import { createHmac } from 'node:crypto';

/**
 * The signature of one message by the Standard Webhooks rules
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1,` and the base64 of
 * HMAC-SHA256 over id, timestamp and body, joined by dots.
 *
 * @param timestamp Unix seconds.
 */
export function webhookSignature(key: Buffer, id: string, timestamp: number, body: string | Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** The headers that a message carries. */
export function webhookHeaders(key: Buffer, id: string, timestamp: number, body: string | Uint8Array) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': webhookSignature(key, id, timestamp, body),
  };
}
