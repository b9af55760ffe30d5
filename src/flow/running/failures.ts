import { RunFailedError } from '../../errors/run-failed-error.js';
import { describeAsJson } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';
import { showValue } from '../../shared/rules/show-value.js';
import type { RunError } from '../../shared/runs/run-status.js';
import { isError } from '../../shared/rules/class-of.js';

const maxMessage = 10_000;
/** Maximum length of a stack, or of a thrown value that is not an error, in characters. */
const maxStack = 4000;
const maxCauses = 5;

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

/**
 * Returns the message and the details of a thrown value for a record. The details are an error's class, stack and causes, or any other
 * value itself.
 */
export function recordError(thrown: unknown): Pick<RunError, 'message' | 'details'> {
  if (thrown instanceof RunFailedError && thrown.status.error) {
    const { message, details } = thrown.status.error;
    return { message, ...(details !== undefined && { details }) };
  }
  const message = describeError(thrown);
  try {
    if (isError(thrown)) return { message, details: { ...describeClass(thrown), causes: describeCauses(thrown) } };
    return typeof thrown === 'object' && thrown !== null ? { message, details: { thrown: show(thrown) } } : { message };
  } catch {
    return { message };
  }
}

function describeCauses(error: Error): Json[] {
  const causes: Json[] = [];
  const seen = new Set<unknown>([error]);
  for (let { cause } = error; cause !== undefined && causes.length < maxCauses && !seen.has(cause);) {
    seen.add(cause);
    causes.push(isError(cause) ? { message: describeError(cause), ...describeClass(cause) } : { thrown: show(cause) });
    cause = isError(cause) ? cause.cause : undefined;
  }
  return causes;
}

/** Returns an error's class and stack. The stack omits its first lines, which repeat the message. */
function describeClass({ name, message, stack = '' }: Error): { name: string; stack: string } {
  const start = stack.startsWith(`${name}: ${message}`) ? `${name}: ${message}`.length : 0;
  return { name, stack: stack.slice(start, start + maxStack).trim() };
}

function show(value: unknown): Json {
  const json = describeAsJson(value);
  const text = JSON.stringify(json);
  return text.length > maxStack ? `${text.slice(0, maxStack)}…` : json;
}

function getMessage(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message || thrown.name;
    if (typeof thrown === 'string') return thrown;
    const message: unknown =
      typeof thrown === 'object' && thrown !== null ? (thrown as { message?: unknown }).message : '';
    return typeof message === 'string' && message !== '' ? message : `thrown: ${showValue(thrown)}`;
  } catch {
    return 'an error that cannot be shown';
  }
}
