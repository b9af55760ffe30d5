/**
 * Returns the name that the user probably meant: the only name that begins with the text; otherwise, the most similar name, within
 * two edits; otherwise, the name that the text is a synonym of. Ignores case and separators, except in synonyms.
 *
 * @param synonyms Names from other software, mapped to the names with the same meaning.
 */
export function nearestName(
  text: string,
  allNames: Iterable<string>,
  synonyms?: ReadonlyMap<string, string>,
): string | undefined {
  const names = [...allNames];
  const normalize = (value: string): string => value.toLowerCase().replace(/[\s_-]/g, '');
  const wanted = normalize(text);
  const completions = wanted.length < 3 ? [] : names.filter((candidate) => normalize(candidate).startsWith(wanted));
  if (completions.length === 1) return completions[0];
  const maxDistance = Math.min(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = maxDistance + 1;
  for (const candidate of names) {
    const distance = editDistance(wanted, normalize(candidate), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? names.find((candidate) => candidate === synonyms?.get(text));
}

/**
 * Returns the number of edits between two texts (optimal string alignment: swapping two adjacent characters is one edit). The result is
 * exact only if it is less than `limit`.
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
