import { RunFailedError } from '../../errors/run-failed-error.js';
import { describeAsJson } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';
import { formatValue } from '../../shared/rules/format-value.js';
import type { RunError } from '../../shared/runs/run-status.js';
import { isError } from '../../shared/rules/class-of.js';

/** Maximum length of an error message, in characters. */
const maxMessageLength = 10_000;
/** Maximum length of a stack, or of the JSON of a value that is not an error, in characters. */
const maxDetailLength = 4000;
/** Maximum number of nested causes to record. */
const maxCauses = 5;

/** Maps values thrown by failed tasks to their recorded errors, so that a run that fails with the same value records the same error. */
export class Failures {
  readonly #errorsByThrownValue = new WeakMap<object, RunError>();
  /** The newest failure whose thrown value is a primitive. Primitives have no identity, so any equal value matches. */
  #newestPrimitive: { readonly thrown: unknown; readonly error: RunError } | undefined;

  remember(thrown: unknown, error: RunError): void {
    if (typeof thrown === 'object' && thrown !== null) this.#errorsByThrownValue.set(thrown, error);
    else this.#newestPrimitive = { thrown, error };
  }

  find(thrown: unknown): RunError | undefined {
    if (typeof thrown === 'object' && thrown !== null) return this.#errorsByThrownValue.get(thrown);
    return this.#newestPrimitive && Object.is(this.#newestPrimitive.thrown, thrown)
      ? this.#newestPrimitive.error
      : undefined;
  }
}

/** Returns the message to record for a thrown value. For a failed child run, this is the message of the child's recorded error. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof RunFailedError && thrown.status.error) return thrown.status.error.message;
  const message = getMessage(thrown);
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

/**
 * Returns the message and the details to record for a thrown value. For a failed child run, both come from the child's recorded error.
 * Otherwise, the details are the name, stack and causes of an error, or the JSON of any other object. A primitive has no details.
 */
export function toErrorRecord(thrown: unknown): Pick<RunError, 'message' | 'details'> {
  if (thrown instanceof RunFailedError && thrown.status.error) {
    const { message, details } = thrown.status.error;
    return { message, ...(details !== undefined && { details }) };
  }
  const message = describeError(thrown);
  try {
    if (isError(thrown)) return { message, details: { ...getNameAndStack(thrown), causes: describeCauses(thrown) } };
    return typeof thrown === 'object' && thrown !== null
      ? { message, details: { thrown: toShortJson(thrown) } }
      : { message };
  } catch {
    return { message };
  }
}

function describeCauses(error: Error): Json[] {
  const causes: Json[] = [];
  const seen = new Set<unknown>([error]);
  for (let { cause } = error; cause !== undefined && causes.length < maxCauses && !seen.has(cause);) {
    seen.add(cause);
    causes.push(
      isError(cause) ? { message: describeError(cause), ...getNameAndStack(cause) } : { thrown: toShortJson(cause) },
    );
    cause = isError(cause) ? cause.cause : undefined;
  }
  return causes;
}

/** Returns an error's name, and its stack without the message. */
function getNameAndStack({ name, message, stack = '' }: Error): { name: string; stack: string } {
  const start = stack.startsWith(`${name}: ${message}`) ? `${name}: ${message}`.length : 0;
  return { name, stack: stack.slice(start, start + maxDetailLength).trim() };
}

function toShortJson(value: unknown): Json {
  const json = describeAsJson(value);
  const text = JSON.stringify(json);
  return text.length > maxDetailLength ? `${text.slice(0, maxDetailLength)}…` : json;
}

function getMessage(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message || thrown.name;
    if (typeof thrown === 'string') return thrown;
    const message: unknown =
      typeof thrown === 'object' && thrown !== null ? (thrown as { message?: unknown }).message : '';
    return typeof message === 'string' && message !== '' ? message : `thrown: ${formatValue(thrown)}`;
  } catch {
    return 'an error that cannot be shown';
  }
}
