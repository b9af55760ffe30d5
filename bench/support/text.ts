/** Creates a random number generator with a fixed seed (mulberry32), so that every run uses the same texts. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const onsets = 'b bl br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t th tr v w'.split(' ');
const vowels = 'a e i o u ea ee oa ou ai'.split(' ');
const codas = 'b ck d f g ll m n nd ng nt p r rd rn rt s ss st t th'.split(' ');
const commonWords = 'the of and to a in that it was he his with as had for at she not on her but by be they'.split(' ');

function makeVocabulary(size: number, random: () => number): string[] {
  const pick = (parts: readonly string[]) => parts[Math.floor(random() * parts.length)] ?? '';
  const words = new Set<string>();
  while (words.size < size) {
    words.add(
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(onsets) + pick(vowels)).join('') + pick(codas),
    );
  }
  return [...words];
}

/**
 * Generates prose-like text. Half of the words are stop words, the other words follow Zipf's law, and lines have about 70 characters.
 *
 * @param distinct The number of different words, without the stop words.
 */
export function makeText(bytes: number, seed: number, distinct = 20_000): string {
  const random = createRandom(seed);
  const rareWords = makeVocabulary(distinct, createRandom(1));
  const lines: string[] = [];
  let line = '';
  for (let length = 0; length < bytes;) {
    const word =
      random() < 0.5
        ? commonWords[Math.floor(random() * commonWords.length)]
        : rareWords[Math.floor(Math.exp(random() * Math.log(rareWords.length))) - 1];
    line += `${line ? ' ' : ''}${word}${random() < 0.1 ? '.' : ''}`;
    if (line.length < 70) continue;
    lines.push(line);
    length += line.length + 1;
    line = '';
  }
  return lines.join('\n');
}
