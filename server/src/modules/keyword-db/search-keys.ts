/** A letter of a script without spaces between words, with its combining marks. */
const unspacedLetter =
  '(?:[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々〆](?:\\p{M}|[\\u0e30-\\u0e3a\\u0e45-\\u0e4e])*)';

const unspacedRun = new RegExp(`${unspacedLetter}+`, 'gu');
const unspacedLetters = new RegExp(unspacedLetter, 'gu');
const asciiOnly = /^[\0-\x7f]*$/;

/** A full stop or comma that is not between two digits: `1820.`, `4999,customer`, `3.overview`. */
const looseMark = /[.,](?!\p{Nd})|(?<!\p{Nd})[.,]/u;
const grouped = /^\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?$/u;
const dotted = /^\p{Nd}+(?:\.\p{Nd}+){2,}$/u;

/** A word as it is searched for. */
interface SearchWord {
  readonly text: string;
  /** Whether the text is a run of letters of a script without spaces. It is found by the pairs of its letters. */
  readonly isRun: boolean;
}

/**
 * Splits a word of `wordsOf` into the words that people search for. The rows of the database keep the whole word: `1820.` and
 * `4999,customer` are rows, but searches find `1820`, `4999` and `customer`. A number keeps the marks between its digits (`1,250.00`,
 * `3.4.2024`), unless they are not valid thousands separators: `12,36.50` is two numbers, as in a CSV file.
 */
export function searchWordsOf(word: string): SearchWord[] {
  if (asciiOnly.test(word)) return numbersApart(word).map((text) => ({ text, isRun: false }));
  const words: SearchWord[] = [];
  let from = 0;
  const addSpaced = (to: number): void => {
    for (const text of numbersApart(word.slice(from, to))) words.push({ text, isRun: false });
  };
  for (const { 0: run, index } of word.matchAll(unspacedRun)) {
    addSpaced(index);
    words.push({ text: run, isRun: true });
    from = index + run.length;
  }
  addSpaced(word.length);
  return words;
}

function numbersApart(word: string): string[] {
  if (!/[.,]/.test(word)) return word === '' ? [] : [word];
  return word
    .split(looseMark)
    .flatMap((part) => (!part.includes(',') || grouped.test(part) ? [part] : part.split(',')))
    .filter((part) => part !== '');
}

/**
 * Returns the keys under which a search word is indexed. Besides the word itself, these are the parts of a number that may be several
 * numbers (`250` of `1,250`) and of dates and versions (`2024` of `3.4.2024`), and the letters and pairs of letters of a run.
 */
export function indexKeysOf({ text, isRun }: SearchWord): string[] {
  if (isRun) {
    const letters = text.match(unspacedLetters) ?? [];
    return [...new Set([...letters, ...pairsOf(letters)])];
  }
  if (grouped.test(text)) return [...new Set([text, ...text.split(',')])];
  return dotted.test(text) ? [...new Set([text, ...text.split('.')])] : [text];
}

/** Returns the keys that a run has at each of its positions: its pairs of letters, or its only letter. */
export function runKeysOf(run: string): string[] {
  const letters = run.match(unspacedLetters) ?? [];
  return letters.length < 2 ? letters : [...new Set(pairsOf(letters))];
}

function pairsOf(letters: readonly string[]): string[] {
  return letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`);
}
