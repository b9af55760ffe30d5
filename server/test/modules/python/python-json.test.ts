import { expect, it } from 'vitest';
import { PythonFloat, toPythonJson, type PythonValue } from '../../../src/formats/python-json.js';

// the expected texts are what Python's json.dumps printed for the same values

it.for<[PythonValue, string]>([
  ['é "q" \\ / \x7f\0\x1f', String.raw`"\u00e9 \"q\" \\ / \u007f\u0000\u001f"`],
  ['\t\b\f\r\n \u2028 😀 \ud83d ~ \x80', String.raw`"\t\b\f\r\n \u2028 \ud83d\ude00 \ud83d ~ \u0080"`],
  [new PythonFloat(1), '1.0'],
  [new PythonFloat(0), '0.0'],
  [new PythonFloat(-0), '-0.0'],
  [new PythonFloat(0.1), '0.1'],
  [new PythonFloat(-2.5), '-2.5'],
  [new PythonFloat(100), '100.0'],
  [new PythonFloat(2 ** 53), '9007199254740992.0'],
  [new PythonFloat(1e16), '1e+16'],
  [new PythonFloat(123456789012345680), '1.2345678901234568e+17'],
  [new PythonFloat(1e-4), '0.0001'],
  [new PythonFloat(1e-5), '1e-05'],
  [new PythonFloat(1.5e-7), '1.5e-07'],
  [new PythonFloat(1e22), '1e+22'],
  [new PythonFloat(1e100), '1e+100'],
  [new PythonFloat(5e-324), '5e-324'],
  [12, '12'],
  [true, 'true'],
  [null, 'null'],
  [{}, '{}'],
  [[], '[]'],
  [{ a: [] }, '{"a": []}'],
  [[{ snippet: 'a', line_numbers: [1, 2] }, 3], '[{"snippet": "a", "line_numbers": [1, 2]}, 3]'],
])('%j is written as Python does', ([value, text]) => {
  expect(toPythonJson(value)).toBe(text);
});

it('with an indent, writes each value on a new line, except for empty lists and objects', () => {
  expect(toPythonJson([{ a: [1, { b: 'c' }], e: [], o: {} }, []], 4).split('\n')).toEqual([
    '[',
    '    {',
    '        "a": [',
    '            1,',
    '            {',
    '                "b": "c"',
    '            }',
    '        ],',
    '        "e": [],',
    '        "o": {}',
    '    },',
    '    []',
    ']',
  ]);
});

it('rejects numbers that are not finite, and fractions that are not a PythonFloat', () => {
  expect(() => new PythonFloat(NaN)).toThrow('Expected a float to be a finite number, got NaN');
  expect(() => new PythonFloat(-Infinity)).toThrow(RangeError);
  expect(() => toPythonJson([0.5])).toThrow('Expected a number in a JSON output to be a safe integer, got 0.5');
});
