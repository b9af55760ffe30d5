import type { Line } from './line.js';

/** Words that can follow a suspended hyphen, as in `Vor- und Nachteile` or `pre- and post-war`. */
const linkingWords = new Set(['and', 'or', 'to', 'und', 'oder', 'bis', 'bzw', 'sowie', 'y', 'o', 'e', 'et', 'ou']);

/**
 * If a line ends with a letter and a hyphen, and the next line starts with a lower-case letter, marks the line as hyphenated and removes
 * the hyphen. PDFium detects hyphenated words itself, except at the end of a column or page.
 */
export function markHyphens<T extends Line>(lines: readonly T[]): T[] {
  return lines.map((line, i) => {
    const isHyphenated = /\p{L}-$/u.test(line.text) && /^\p{Ll}/u.test(lines[i + 1]?.text ?? '');
    return isHyphenated ? { ...line, text: line.text.slice(0, -1), isHyphenated } : line;
  });
}

/**
 * Joins words that are hyphenated at line ends, and moves each joined word to the line on which it starts. Keeps the hyphen if a capital
 * letter or digit follows (`Anglo-Saxon`), or if the word occurs elsewhere in the document only with a hyphen. Does not join a word to
 * one of `linkingWords` on the next line.
 */
export function joinWords<T extends Line>(lines: readonly T[]): T[] {
  const compounds = findCompounds(lines);
  const joined: T[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const [head = ''] = line.text.split(/\s/, 1);
    if (!before?.isHyphenated) joined.push(line);
    else if (linkingWords.has(normalizeWord(head))) {
      joined.splice(-1, 1, { ...before, text: `${before.text}-`, isHyphenated: false }, line);
    } else {
      const [tail = ''] = /\S*$/.exec(before.text) ?? [];
      const isCompound = /^[\p{Lu}\p{N}]/u.test(head) || compounds.has(normalizeWord(`${tail}-${head}`));
      const rest = line.text.slice(head.length).trimStart();
      const text = before.text + (isCompound ? '-' : '') + head;
      joined.splice(-1, 1, { ...before, text, isHyphenated: rest === '' && line.isHyphenated });
      if (rest !== '') joined.push({ ...line, text: rest });
    }
  }
  return joined.map((line) => (line.isHyphenated ? { ...line, text: `${line.text}-`, isHyphenated: false } : line));
}

/** Of the words hyphenated at line ends, returns those that occur elsewhere in the document only with a hyphen. */
function findCompounds(lines: readonly Line[]): ReadonlySet<string> {
  const candidates = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (!line.isHyphenated || !next) continue;
    const [tail = ''] = /\S*$/.exec(line.text) ?? [];
    const [head = ''] = next.text.split(/\s/, 1);
    candidates.set(normalizeWord(`${tail}-${head}`), normalizeWord(tail + head));
  }
  if (candidates.size === 0) return new Set();
  const joinedWords = new Set(candidates.values());
  const foundWords = new Set<string>();
  for (const { text } of lines) {
    for (const token of text.split(/\s/)) {
      const word = normalizeWord(token);
      if (candidates.has(word) || joinedWords.has(word)) foundWords.add(word);
    }
  }
  return new Set(
    [...candidates].flatMap(([compound, word]) =>
      foundWords.has(compound) && !foundWords.has(word) ? [compound] : [],
    ),
  );
}

function normalizeWord(token: string): string {
  return token.toLowerCase().replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}
