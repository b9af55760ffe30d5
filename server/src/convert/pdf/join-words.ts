import type { Line } from './line.js';

/** Words before which a hyphen stands for the rest of a compound: `Vor- und Nachteile`, `pre- and post-war`. */
const conjunctions = new Set(['and', 'or', 'to', 'und', 'oder', 'bis', 'bzw', 'sowie', 'y', 'o', 'e', 'et', 'ou']);

/**
 * Marks the lines that end with a hyphen before a lower-case letter. PDFium itself does so, except at the ends of columns and pages.
 */
export function markHyphens<T extends Line>(lines: readonly T[]): T[] {
  return lines.map((line, i) => {
    const isBroken = /\p{L}-$/u.test(line.text) && /^\p{Ll}/u.test(lines[i + 1]?.text ?? '');
    return isBroken ? { ...line, text: line.text.slice(0, -1), isHyphenated: true } : line;
  });
}

/**
 * Joins words that are broken at the ends of lines. The whole word moves to the first line. The hyphen stays in compounds: before a
 * capital letter or digit (`Anglo-Saxon`), and in words that occur elsewhere in the document only with a hyphen.
 */
export function joinWords<T extends Line>(lines: readonly T[]): T[] {
  const compounds = findCompounds(lines);
  const joined: T[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const [head = ''] = line.text.split(/\s/, 1);
    if (!before?.isHyphenated) joined.push(line);
    else if (conjunctions.has(wordOf(head))) {
      joined.splice(-1, 1, { ...before, text: `${before.text}-`, isHyphenated: false }, line);
    } else {
      const [tail = ''] = /\S*$/.exec(before.text) ?? [];
      const isCompound = /^[\p{Lu}\p{N}]/u.test(head) || compounds.has(wordOf(`${tail}-${head}`));
      const rest = line.text.slice(head.length).trimStart();
      const text = before.text + (isCompound ? '-' : '') + head;
      joined.splice(-1, 1, { ...before, text, isHyphenated: rest === '' && line.isHyphenated });
      if (rest !== '') joined.push({ ...line, text: rest });
    }
  }
  return joined.map((line) => (line.isHyphenated ? { ...line, text: `${line.text}-`, isHyphenated: false } : line));
}

/** Returns the words broken at a hyphen that occur elsewhere in the document only with a hyphen. */
function findCompounds(lines: readonly Line[]): ReadonlySet<string> {
  const wanted = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (!line.isHyphenated || !next) continue;
    const [tail = ''] = /\S*$/.exec(line.text) ?? [];
    const [head = ''] = next.text.split(/\s/, 1);
    wanted.set(wordOf(`${tail}-${head}`), wordOf(tail + head));
  }
  if (wanted.size === 0) return new Set();
  const solid = new Set(wanted.values());
  const found = new Set<string>();
  for (const { text } of lines) {
    for (const token of text.split(/\s/)) {
      const word = wordOf(token);
      if (wanted.has(word) || solid.has(word)) found.add(word);
    }
  }
  return new Set(
    [...wanted].flatMap(([compound, word]) => (found.has(compound) && !found.has(word) ? [compound] : [])),
  );
}

function wordOf(token: string): string {
  return token.toLowerCase().replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}
