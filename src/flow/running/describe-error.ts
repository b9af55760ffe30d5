import { RunFailedError } from '../../errors/run-failed-error.js';
import { showValue } from '../../shared/rules/show-value.js';

const longest = 10_000;

/** What a record says of something that was thrown: its message, or that of the error at the bottom of failed runs. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof RunFailedError && thrown.status.error) return thrown.status.error.message;
  const message = messageOf(thrown);
  return message.length > longest ? `${message.slice(0, longest)}…` : message;
}

function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message || thrown.name;
    return typeof thrown === 'string' ? thrown : `thrown: ${showValue(thrown)}`;
  } catch {
    return 'an error that cannot be shown';
  }
}
