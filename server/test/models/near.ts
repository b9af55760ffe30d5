import { expect } from 'vitest';

/** A number in what is expected that may be a little off. @default two digits */
export function near(value: number, digits = 2): unknown {
  return expect.closeTo(value, digits);
}
