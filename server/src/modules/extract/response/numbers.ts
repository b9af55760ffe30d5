/** Matches digit group separators other than full stops and commas. */
const groupSeparators = /['’\u00a0\u202f\u2009]/g;

/**
 * Returns the possible values of digits with separators, the most likely first: one for `1.234,56`, two for `1,234`, none for `1.2.3`.
 */
export function parsePossibleNumbers(text: string): number[] {
  const digits = text.replaceAll(groupSeparators, '');
  const dotCount = digits.split('.').length - 1;
  const commaCount = digits.split(',').length - 1;
  if (dotCount + commaCount === 0) return [Number(digits)];
  if (dotCount > 0 && commaCount > 0) {
    const decimalSeparator = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
    const [groupSeparator, decimalSeparatorCount] = decimalSeparator === '.' ? [',', dotCount] : ['.', commaCount];
    if (decimalSeparatorCount > 1) return [];
    return [Number(digits.replaceAll(groupSeparator, '').replace(decimalSeparator, '.'))];
  }
  const parts = digits.split(/[.,]/);
  const [first = '', ...groups] = parts;
  const isGrouped = first !== '0' && first.length <= 3 && groups.at(-1)?.length === 3;
  if (groups.length > 1) {
    return isGrouped && groups.every(({ length }) => length === 2 || length === 3) ? [Number(parts.join(''))] : [];
  }
  const decimal = Number(parts.join('.'));
  return isGrouped ? [Number(parts.join('')), decimal] : [decimal];
}

/** The maximum length of a text to parse as a number, in characters. */
const maxLength = 60;
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** Matches superscript, subscript and circled digits. NFKC would turn them into ordinary digits, and `1,234¹` into `1,2341`. */
const decoratedDigits = /[\u00b2\u00b3\u00b9\u2070-\u209f\u2460-\u24ff]/;
/** Matches the signs, brackets, and currency symbols and codes (`$`, `US$`, `USD`) before or after the digits. */
const affixes = String.raw`(?:[-+()\s]|[A-Z]{0,2}\p{Sc}|[A-Z]{3})*`;
const withAffixes = new RegExp(String.raw`^(${affixes})([.,]?\d(?:[\d.,'’\s]*\d)?)(${affixes})$`, 'u');
/** Matches a number with groups of three digits that are separated by spaces or apostrophes. */
const groupedNumber = /^\d{1,3}(?:(?:\s\d{3})+|(?:['’]\d{3})+)(?:[.,]\d+)?$/;

/**
 * Returns the possible values of a number, which can have a sign, brackets or a currency: `$1,234.00`, `(12,50) EUR`, `12.50-`.
 * Returns an empty list if the text contains anything else, because other characters can change the value: `3.5 bn`, `12k`, `5%`.
 */
export function parseNumber(text: string): number[] {
  if (text.length > maxLength || decoratedDigits.test(text)) return [];
  const normalized = text.normalize('NFKC').replaceAll('−', '-').trim();
  const [, before = '', digits, after = ''] = withAffixes.exec(normalized) ?? [];
  if (digits === undefined) return [];
  const around = `${before} ${after}`;
  const codes = around.match(/[A-Z]{3}/g) ?? [];
  const brackets = around.replaceAll(/[^()]/g, '');
  const signs = around.replaceAll(/[^-+]/g, '');
  const hasBrackets = before.includes('(') && after.includes(')');
  if (brackets !== (hasBrackets ? '()' : '') || signs.length > (hasBrackets ? 0 : 1)) return [];
  if (!codes.every((code) => currencies.has(code))) return [];
  const isNegative = hasBrackets || signs === '-';
  return parseUnsigned(digits).map((number) => (isNegative ? -number : number));
}

function parseUnsigned(digits: string): number[] {
  if (/^[.,]/.test(digits)) return /^.\d+$/.test(digits) ? [Number(`0.${digits.slice(1)}`)] : [];
  if (/['’\s]/.test(digits) && !groupedNumber.test(digits)) return [];
  return parsePossibleNumbers(digits.replaceAll(/\s/g, '')).filter(Number.isFinite);
}

/** Returns whether two numbers are equal except for rounding errors. */
export function isSameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
