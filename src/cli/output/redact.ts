const secrets = new Set<string>();

/** From here on this text is masked in everything that is said about the work. */
export function keepSecret(secret: string | undefined): void {
  if (secret) secrets.add(secret);
}

/** Masks the secrets, and the user and password of every address. */
export function redact(text: string): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, maskKey(secret));
  return masked.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}

/** Enough of a key to tell it from another. */
export function maskKey(key: string): string {
  return key.length < 12 ? '***' : `${key.slice(0, 3)}…${key.slice(-3)}`;
}
