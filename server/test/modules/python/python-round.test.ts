import { expect, it } from 'vitest';
import { roundLikePython } from '../../../src/formats/python-json.js';

// what Python 3.11 prints for round(value, 3)
it.for([
  [0.0625, 0.062],
  [0.1875, 0.188],
  [0.3125, 0.312],
  [0.4375, 0.438],
  [-0.0625, -0.062],
  [-0.1875, -0.188],
  [0.2345, 0.234],
  [0.0005, 0.001],
  [0.0015, 0.002],
  [0.0025, 0.003],
  [2.6755, 2.675],
  [0.4999999, 0.5],
  [0, 0],
  [1, 1],
  [0.9995, 1.0],
])('rounds %d to %d', ([value = NaN, rounded]) => expect(roundLikePython(value, 3)).toBe(rounded));

it('rounds to other numbers of digits, with ties to even', () => {
  expect([0.5, 1.5, 2.5, 3.5].map((value) => roundLikePython(value, 0))).toEqual([0, 2, 2, 4]);
  expect([0.125, 0.375, 0.625].map((value) => roundLikePython(value, 2))).toEqual([0.12, 0.38, 0.62]);
  expect(roundLikePython(0.1 + 0.2, 16)).toBe(0.3);
});
