import { redact } from '../../shared/rules/show-value.js';

/** The secrets of one call, which are masked in every message about the work. */
export class Secrets {
  readonly #secrets = new Set<string>();

  add(secret: string | undefined): void {
    if (secret) this.#secrets.add(secret);
  }

  /** Masks the secrets, and the user and password of every URL. */
  redact(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) masked = redact(masked, secret);
    return masked.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
  }
}
