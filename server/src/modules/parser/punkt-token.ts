import { pythonWhitespaceClass } from '../../convert/python-whitespace.js';

/** The characters that end a word in NLTK 3.8, for use inside a RegExp character class. Curly quotes do not end a word. */
export const wordEnds = `)";}\\]*:@'({[?!`;

const dashesOrDots = `(?:-{2,}|\\.{2,}|(?:\\.[${pythonWhitespaceClass}]){2,}\\.)`;

const tokenPattern = new RegExp(
  `${dashesOrDots}|(?=[^("\`{[:;&#*@)}\\]\\-,])[^${pythonWhitespaceClass}]+?` +
    `(?=[${pythonWhitespaceClass}]|$|[${wordEnds}]|${dashesOrDots}|,(?=$|[${pythonWhitespaceClass}]|[${wordEnds}]|${dashesOrDots}))` +
    `|[^${pythonWhitespaceClass}]`,
  'gu',
);

const numeric = /^-?[.,]?\p{Nd}[\p{Nd},.-]*\.?$/u;
const initial = /^[\p{L}\p{Nl}\p{No}_]\.$/u;
const ellipsis = /^\.\.+$/;
const upper = /^\p{Uppercase}/u;
const lower = /^\p{Lowercase}/u;

/** A word or punctuation mark, with the properties that Punkt uses. */
export interface PunktToken {
  readonly text: string;
  /** The text in lower case, or `##number##` for any number. */
  readonly type: string;
  readonly endsInPeriod: boolean;
  readonly isInitial: boolean;
  readonly isEllipsis: boolean;
  readonly firstCase: 'upper' | 'lower' | 'none';
}

/** Splits text into tokens. A period stays attached to the preceding word. */
export function tokenize(text: string): PunktToken[] {
  return text.split('\n').flatMap((line) => (line.match(tokenPattern) ?? []).map(toToken));
}

function toToken(text: string): PunktToken {
  const lowered = text.toLowerCase();
  const endsInPeriod = text.endsWith('.');
  return {
    text,
    type: numeric.test(lowered) ? '##number##' : lowered,
    endsInPeriod,
    isInitial: endsInPeriod && initial.test(text),
    isEllipsis: endsInPeriod && ellipsis.test(text),
    firstCase: lower.test(text) ? 'lower' : upper.test(text) ? 'upper' : 'none',
  };
}

/** Returns a token's type without its final period. */
export function removePeriod(type: string): string {
  return type.length > 1 && type.endsWith('.') ? type.slice(0, -1) : type;
}
