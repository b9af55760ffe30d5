import { RunFailedError } from '../../errors/run-failed-error.js';
import { showValue } from '../../shared/rules/show-value.js';
import type { RunError } from '../../shared/runs/run-status.js';
import { isError } from '../../shared/rules/class-of.js';

const maxMessage = 10_000;

/** The errors recorded for failed tasks, by thrown value. If a run fails with the same value, it records the same error. */
export class Failures {
  readonly #errors = new WeakMap<object, RunError>();
  /**
   * The newest failure whose thrown value is a primitive. Primitives have no identity, so an equal value matches this failure.
   */
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

/** Returns the message to record for a thrown value. For a failed child run, this is the original error's message. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof RunFailedError && thrown.status.error) return thrown.status.error.message;
  const message = getMessage(thrown);
  return message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message;
}

function getMessage(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message || thrown.name;
    return typeof thrown === 'string' ? thrown : `thrown: ${showValue(thrown)}`;
  } catch {
    return 'an error that cannot be shown';
  }
}
