import { expect } from 'vitest';

/** Returns an asymmetric matcher for a number that is equal to this number of decimal places. */
export function near(value: number, digits = 2): unknown {
  return expect.closeTo(value, digits);
}
