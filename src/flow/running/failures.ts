import type { RunError } from '../../shared/runs/run-status.js';

/** What the record says of what tasks threw, for when the same thing comes out of the run that they are in. */
export class Failures {
  readonly #errors = new WeakMap<object, RunError>();
  /** A text or a number has no identity: the newest is taken for it. */
  #newest: { readonly thrown: unknown; readonly error: RunError } | undefined;

  remember(thrown: unknown, error: RunError): void {
    if (typeof thrown === 'object' && thrown !== null) this.#errors.set(thrown, error);
    else this.#newest = { thrown, error };
  }

  find(thrown: unknown): RunError | undefined {
    if (typeof thrown === 'object' && thrown !== null) return this.#errors.get(thrown);
    return this.#newest && Object.is(this.#newest.thrown, thrown) ? this.#newest.error : undefined;
  }
}
