/** The minimum length of a key. Shorter secrets are not masked, because they occur in ordinary words. */
export const minSecretLength = 8;

/** Masks a secret in a string, such as an error page. */
export function redact(text: string, secret: string): string {
  return secret.length < minSecretLength ? text : text.replaceAll(secret, maskKey(secret));
}

/** Returns the start and end of a key, enough to distinguish the key from others: `sk…f3`. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 2)}…${key.slice(-2)}`;
}
