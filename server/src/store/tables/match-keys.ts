/** One tag of a file: an object with a single entry. */
export type Tag = Readonly<Record<string, string>>;

/** What matching compares: names keep their case and script, but two that differ only in case are the same. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * What tag matching compares: for each tag its key alone (for `{ author: '*' }`) and key and value together, each as the text
 * of a JSON array, so that no choice of characters makes two different tags look alike.
 */
export function tagKeys(tags: readonly Tag[]): string[] {
  return [
    ...new Set(tags.flatMap((tag) => Object.entries(tag)).flatMap(([key, value]) => [tagKey(key), tagKey(key, value)])),
  ];
}

/** The key that finds one tag, or any tag of that name where no value is given. */
export function tagKey(key: string, value?: string): string {
  return JSON.stringify(value === undefined ? [foldName(key)] : [foldName(key), foldName(value)]);
}
