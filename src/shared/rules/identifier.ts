import { showValue } from './show-value.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value has the form of a file's or a run's id. */
export function checkId(value: unknown, noun = 'an id'): string | undefined {
  return typeof value === 'string' && uuid.test(value)
    ? undefined
    : `Expected ${noun} to be of the form 01234567-89ab-cdef-0123-456789abcdef, got ${showValue(value)}`;
}
