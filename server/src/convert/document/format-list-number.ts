type Formatters = Readonly<Record<string, (number: number) => string>>;

/** The formats of HTML's `<ol type>`. Browsers use decimal numbers for all other types. */
const htmlFormatters: Formatters = {
  a: (number) => toLetters(number),
  A: (number) => toLetters(number).toUpperCase(),
  i: (number) => toRoman(number).toLowerCase(),
  I: (number) => toRoman(number),
};

/** The number formats of WordprocessingML (ECMA-376, 17.18.59). */
const wordFormatters: Formatters = {
  lowerLetter: (number) => repeatLetter(number),
  upperLetter: (number) => repeatLetter(number).toUpperCase(),
  lowerRoman: (number) => toRoman(number).toLowerCase(),
  upperRoman: (number) => toRoman(number),
  decimalZero: (number) => String(number).padStart(2, '0'),
  none: () => '',
};

/** Formats the number of an item in an HTML list. Numbers outside 1–3,999, and those with an unknown type, are decimal. */
export const formatHtmlNumber = (number: number, type: string | undefined): string =>
  formatNumber(htmlFormatters, number, type);

/** Formats the number of an item in a Word list. Numbers outside 1–3,999, and those with an unknown format, are decimal. */
export const formatWordNumber = (number: number, format: string | undefined): string =>
  formatNumber(wordFormatters, number, format);

function formatNumber(formatters: Formatters, number: number, name: string | undefined): string {
  // a file can contain any name, such as `toString`
  const isKnown = name !== undefined && Object.hasOwn(formatters, name);
  const formatter = isKnown && number >= 1 && number <= 3999 ? formatters[name] : undefined;
  return formatter ? formatter(number) : String(number);
}

/** Formats a number as HTML does: `z` is followed by `aa`, `ab`, `ac`. */
function toLetters(number: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
  }
  return text;
}

/** Formats a number as Word does: `z` is followed by `aa`, `bb`, `cc`. */
function repeatLetter(number: number): string {
  const letter = String.fromCharCode(97 + ((number - 1) % 26));
  return letter.repeat(Math.ceil(number / 26));
}

const valueByNumeral = {
  M: 1000,
  CM: 900,
  D: 500,
  CD: 400,
  C: 100,
  XC: 90,
  L: 50,
  XL: 40,
  X: 10,
  IX: 9,
  V: 5,
  IV: 4,
  I: 1,
};

function toRoman(number: number): string {
  let rest = number;
  let text = '';
  for (const [numeral, value] of Object.entries(valueByNumeral)) {
    text += numeral.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}
