/** The minimum length of an API key. Shorter secrets are not masked, because they could be part of ordinary words. */
export const minSecretLength = 8;

/** Masks a secret wherever it occurs in a string, such as an error page. */
export function maskSecret(text: string, secret: string): string {
  return secret.length < minSecretLength ? text : text.replaceAll(secret, maskKey(secret));
}

/** Masks a key except for its first two and last two characters, which help to tell keys apart: `sk…f3`. A short key becomes `…`. */
export function maskKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 2)}…${key.slice(-2)}`;
}
