/** Matches a letter and its combining marks in a script that is written without spaces between words. */
const unspacedLetter =
  '(?:[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々〆](?:\\p{M}|[\\u0e30-\\u0e3a\\u0e45-\\u0e4e])*)';

const unspacedRun = new RegExp(`${unspacedLetter}+`, 'gu');
const unspacedLetters = new RegExp(unspacedLetter, 'gu');
const asciiOnly = /^[\0-\x7f]*$/;

/** Matches a full stop or comma that is not between two digits: `1820.`, `4999,customer`, `3.overview`. */
const separator = /[.,](?!\p{Nd})|(?<!\p{Nd})[.,]/u;
/** Matches a number with thousands separators: `1,250.00`. */
const numberWithThousands = /^\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?$/u;
/** Matches a date or version: `3.4.2024`. */
const dateOrVersion = /^\p{Nd}+(?:\.\p{Nd}+){2,}$/u;

/** A word that searches can find. */
interface SearchWord {
  readonly text: string;
  /** Whether the text is a run of letters in a script without spaces. Searches find a run by its pairs of adjacent letters. */
  readonly isUnspacedRun: boolean;
}

/**
 * Splits a word from `splitIntoWords` into search words. The rows of the database contain the whole words `1820.` and `4999,customer`, but
 * searches find `1820`, `4999` and `customer`. Preserves full stops and commas between digits (`1,250.00`, `3.4.2024`), but splits at a
 * comma that does not separate thousands: `12,36.50` is two numbers, as in a CSV file. Separates runs of letters from other characters.
 */
export function splitIntoSearchWords(word: string): SearchWord[] {
  if (asciiOnly.test(word)) return splitAtSeparators(word).map((text) => ({ text, isUnspacedRun: false }));
  const words: SearchWord[] = [];
  let from = 0;
  const addUntil = (to: number): void => {
    for (const text of splitAtSeparators(word.slice(from, to))) words.push({ text, isUnspacedRun: false });
  };
  for (const { 0: run, index } of word.matchAll(unspacedRun)) {
    addUntil(index);
    words.push({ text: run, isUnspacedRun: true });
    from = index + run.length;
  }
  addUntil(word.length);
  return words;
}

function splitAtSeparators(word: string): string[] {
  if (!/[.,]/.test(word)) return word === '' ? [] : [word];
  return word
    .split(separator)
    .flatMap((part) => (!part.includes(',') || numberWithThousands.test(part) ? [part] : part.split(',')))
    .filter((part) => part !== '');
}

/**
 * Returns the keys under which a search word is indexed: the word itself, the parts of a number with thousands separators (`250` in
 * `1,250`), and the parts of a date or version (`2024` in `3.4.2024`). For a run of letters, returns the letters and the pairs of adjacent
 * letters.
 */
export function getIndexKeys({ text, isUnspacedRun }: SearchWord): string[] {
  if (isUnspacedRun) {
    const letters = text.match(unspacedLetters) ?? [];
    return [...new Set([...letters, ...getPairs(letters)])];
  }
  if (numberWithThousands.test(text)) return [...new Set([text, ...text.split(',')])];
  return dateOrVersion.test(text) ? [...new Set([text, ...text.split('.')])] : [text];
}

/** Returns the keys that a search looks up for a run of letters: the pairs of adjacent letters, or the letter if it is the only one. */
export function getUnspacedRunKeys(run: string): string[] {
  const letters = run.match(unspacedLetters) ?? [];
  return letters.length < 2 ? letters : [...new Set(getPairs(letters))];
}

function getPairs(letters: readonly string[]): string[] {
  return letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`);
}
