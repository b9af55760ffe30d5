/**
 * Returns the name that the user probably meant, or `undefined`. Tries in this order:
 *
 * - the only name that begins with the text, if the text has at least three characters
 * - the most similar name, within one edit per three characters of the text and at most two edits
 * - the name that `synonyms` maps the text to
 *
 * Ignores case, spaces, hyphens and underscores, except in synonyms.
 *
 * @param synonyms Maps names from other software to names with the same meaning.
 */
export function findNearestName(
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
 * Returns the edit distance between two texts (optimal string alignment: swapping two adjacent characters is one edit), or `limit` if
 * their lengths differ by at least `limit`.
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
