/** A number to write as a Python float. `json.dumps` writes a float with a fraction or an exponent: `1.0`, never `1`. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    if (!Number.isFinite(value)) throw new RangeError(`Expected a float to be a finite number, got ${value}`);
    this.value = value;
  }
}

/** A value in a module's JSON output. A plain number must be a safe integer; other numbers require {@link PythonFloat}. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | PythonFloat
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/**
 * Serializes a value exactly as Python's `json.dumps` does, including the spaces and the `\uXXXX` escapes for non-ASCII characters.
 *
 * @param indent Number of spaces per level, as in `json.dumps(value, indent=indent)`. @default everything on one line
 * @param level The nesting level of the value.
 */
export function toPythonJson(value: PythonValue, indent?: number, level = 0): string {
  if (typeof value === 'string') return formatString(value);
  if (typeof value === 'number') return formatInteger(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (value instanceof PythonFloat) return formatFloat(value.value);
  const isList = isPythonList(value);
  const parts = isList
    ? value.map((item) => toPythonJson(item, indent, level + 1))
    : Object.entries(value).map(([key, item]) => `${formatString(key)}: ${toPythonJson(item, indent, level + 1)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  if (indent === undefined) return `${open}${parts.join(', ')}${close}`;
  const lineBreak = formatLineBreak(indent, level + 1);
  return `${open}${lineBreak}${parts.join(`,${lineBreak}`)}${formatLineBreak(indent, level)}${close}`;
}

/** Returns the line break and the indentation before a value at a nesting level. */
export function formatLineBreak(indent: number, level: number): string {
  return `\n${' '.repeat(indent * level)}`;
}

const isPythonList = (value: object): value is readonly PythonValue[] => Array.isArray(value);

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** Matches the characters that Python's `ESCAPE_ASCII` matches, including DEL and each half of a surrogate pair. */
const escapedCharacters = /[^ !#-[\]-~]/g;

function formatString(text: string): string {
  const escape = (unit: string): string =>
    shortEscapes[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `"${text.replaceAll(escapedCharacters, escape)}"`;
}

function formatInteger(value: number): string {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`Expected a number in a JSON output to be a safe integer, got ${value}`);
  return String(value);
}

/**
 * Formats a float like Python's `repr`: with the fewest digits that identify it. Uses an exponent if the magnitude is at least 1e16, or is
 * less than 1e-4 and not zero.
 */
function formatFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (Object.is(value, -0)) return '-0.0';
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/**
 * Rounds like Python's `round(value, digits)`: rounds the exact binary value to the nearest decimal, with ties to even.
 *
 * @param digits Number of decimal places, from 0 to 20.
 */
export function roundLikePython(value: number, digits: number): number {
  // a tie has the form odd / (2 · 10^digits); of these, only numbers of the form odd / 2^(digits + 1) are exact in binary
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  if (!isTie) return Number(value.toFixed(digits));
  const below = Math.floor(value * 10 ** digits);
  return (below % 2 === 0 ? below : below + 1) / 10 ** digits;
}
