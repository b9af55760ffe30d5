import { createHash, randomUUID } from 'node:crypto';

/** Returns an id for a new webhook or batch. The same idempotency key results in the same id, so that a retry creates no duplicate. */
export function createId(accountId: string, noun: 'webhook' | 'batch', idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  const bytes = createHash('sha256').update(`${accountId} ${noun} ${idempotencyKey}`).digest();
  // UUID version 8 (RFC 9562) allows custom content
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
