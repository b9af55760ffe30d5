/** Text of a server, in which it may have repeated what was sent to it. */
export function redact(text: string, secret: string): string {
  return secret.length < 4 ? text : text.replaceAll(secret, maskKey(secret));
}

/** Enough of a key to tell it from another: `sk…f3`. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 2)}…${key.slice(-2)}`;
}
