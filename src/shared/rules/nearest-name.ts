/**
 * Returns the name that the user probably meant: the only one that begins with the text, or else the most similar one, if it
 * differs by at most two characters, or else its synonym. Ignores case and separators, except in synonyms.
 *
 * @param synonyms Names used in other software, with the names that they stand for.
 */
export function nearestName(
  text: string,
  allNames: Iterable<string>,
  synonyms?: ReadonlyMap<string, string>,
): string | undefined {
  const names = [...allNames];
  const plain = (value: string): string => value.toLowerCase().replace(/[\s_-]/g, '');
  const wanted = plain(text);
  const longer = wanted.length < 3 ? [] : names.filter((candidate) => plain(candidate).startsWith(wanted));
  if (longer.length === 1) return longer[0];
  const allowed = Math.min(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of names) {
    const distance = editDistance(wanted, plain(candidate), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? names.find((candidate) => candidate === synonyms?.get(text));
}

/**
 * Returns the number of edits between two texts if it is less than `limit`, or else a number that is at least `limit`. Two
 * neighbouring characters that are swapped are one edit (optimal string alignment).
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  let previous: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (previous[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    previous = row;
    row = next;
  }
  return row[b.length] ?? limit;
}
