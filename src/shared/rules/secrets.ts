/** Masks a secret in a text that may repeat it, such as a server's words. Shorter secrets would mask ordinary words. */
export function redact(text: string, secret: string): string {
  return secret.length < 4 ? text : text.replaceAll(secret, maskKey(secret));
}

/** Returns enough of a key to tell it from another: `sk…f3`. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 2)}…${key.slice(-2)}`;
}
