import { expect, it } from 'vitest';
import { isPythonWhitespace, findTrimmedEnd, pythonWhitespaceClass } from '../../src/convert/python-whitespace.js';

/** Every code unit for which Python 3 says `chr(code).isspace()`. */
const pythonWhitespace = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

const allCodes = Array.from({ length: 0x10000 }, (_, code) => code);

it('isPythonWhitespace and the character class match the same characters as isspace in Python', () => {
  const pattern = new RegExp(`^[${pythonWhitespaceClass}]$`);
  expect(allCodes.filter(isPythonWhitespace)).toEqual(pythonWhitespace);
  expect(allCodes.filter((code) => pattern.test(String.fromCharCode(code)))).toEqual(pythonWhitespace);
});

it('findTrimmedEnd returns where trailing white space begins, and keeps a byte order mark', () => {
  expect(findTrimmedEnd('a b\u3000\x1c\n')).toBe(3);
  expect(findTrimmedEnd('a\ufeff ')).toBe(2);
  expect(findTrimmedEnd(' \n')).toBe(0);
});
