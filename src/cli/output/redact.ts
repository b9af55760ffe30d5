import { redact } from '../../shared/rules/show-value.js';

/** An invocation's secrets, which are masked in every status message. */
export class Secrets {
  readonly #secrets = new Set<string>();

  add(secret: string | undefined): void {
    if (secret) this.#secrets.add(secret);
  }

  /** Masks the secrets, and the user and password in every URL. */
  redact(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) masked = redact(masked, secret);
    return masked.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
  }
}
