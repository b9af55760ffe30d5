import { maskSecret } from '../../shared/rules/mask-secret.js';

/** Maximum length of a status message, in characters. Messages from servers can have any length. */
const maxLength = 10_000;

/** The secrets of an invocation. They are masked in every status message, unless they are shorter than `minSecretLength`. */
export class Secrets {
  readonly #secrets = new Set<string>();

  add(secret: string | undefined): void {
    if (secret) this.#secrets.add(secret);
  }

  /** Truncates a long message. Masks the secrets, and the user name and password in every URL. */
  redact(text: string): string {
    let masked = text.length <= maxLength ? text : `${this.#removePartialSecret(text.slice(0, maxLength))}…`;
    for (const secret of this.#secrets) masked = maskSecret(masked, secret);
    // limit the length of the scheme, because the match would otherwise take quadratic time for a long word
    return masked.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]+@/gi, '$1***@');
  }

  /** Removes the start of a truncated secret from the end of a text. */
  #removePartialSecret(text: string): string {
    const lengths = [...this.#secrets].map((secret) => {
      let length = secret.length - 1;
      while (length > 0 && !text.endsWith(secret.slice(0, length))) length--;
      return length;
    });
    return text.slice(0, text.length - Math.max(0, ...lengths));
  }
}
