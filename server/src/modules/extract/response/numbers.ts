/** Separators of groups of three digits, besides full stops and commas. */
const groupMarks = /['’\u00a0\u202f\u2009]/g;

/**
 * Returns the possible numbers of digits with separators, the likeliest first: one for `1.234,56`, two for `1,234`, none if the digits
 * are not a number.
 */
export function readDigits(text: string): number[] {
  const digits = text.replaceAll(groupMarks, '');
  const dots = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  if (dots + commas === 0) return [Number(digits)];
  if (dots > 0 && commas > 0) {
    const point = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
    const [group, points] = point === '.' ? [',', dots] : ['.', commas];
    return points > 1 ? [] : [Number(digits.replaceAll(group, '').replace(point, '.'))];
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

/** Maximum length of a number, in characters. */
const maxLength = 60;
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** Raised and circled digits, which become digits in NFKC: `1,234¹` is not 12 341. */
const otherDigits = /[\u00b2\u00b3\u00b9\u2070-\u209f\u2460-\u24ff]/;
/** Signs, brackets, `$`, `US$` and `USD`. */
const marks = String.raw`(?:[-+()\s]|[A-Z]{0,2}\p{Sc}|[A-Z]{3})*`;
const withMarks = new RegExp(String.raw`^(${marks})([.,]?\d(?:[\d.,'’\s]*\d)?)(${marks})$`, 'u');
/** Spaces and apostrophes in a number separate groups of three digits. */
const grouped = /^\d{1,3}(?:(?:\s\d{3})+|(?:['’]\d{3})+)(?:[.,]\d+)?$/;

/**
 * Returns the possible numbers of a text with a sign, brackets or a currency: `$1,234.00`, `(12,50) EUR`, `12.50-`. Returns none if the
 * text has anything else, because that can change the number: `3.5 bn`, `12k`, `5%`.
 */
export function readNumber(text: string): number[] {
  if (text.length > maxLength || otherDigits.test(text)) return [];
  const plain = text.normalize('NFKC').replaceAll('−', '-').trim();
  const [, before = '', digits, after = ''] = withMarks.exec(plain) ?? [];
  if (digits === undefined) return [];
  const around = `${before} ${after}`;
  const codes = around.match(/[A-Z]{3}/g) ?? [];
  const brackets = around.replaceAll(/[^()]/g, '');
  const signs = around.replaceAll(/[^-+]/g, '');
  const hasBrackets = before.includes('(') && after.includes(')');
  if (brackets !== (hasBrackets ? '()' : '') || signs.length > (hasBrackets ? 0 : 1)) return [];
  if (!codes.every((code) => currencies.has(code))) return [];
  const isNegative = hasBrackets || signs === '-';
  return readPlain(digits).map((number) => (isNegative ? -number : number));
}

function readPlain(digits: string): number[] {
  if (/^[.,]/.test(digits)) return /^.\d+$/.test(digits) ? [Number(`0.${digits.slice(1)}`)] : [];
  if (/['’\s]/.test(digits) && !grouped.test(digits)) return [];
  return readDigits(digits.replaceAll(/\s/g, '')).filter(Number.isFinite);
}

export function isSameNumber(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
