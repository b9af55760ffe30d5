/** One tag of a file: an object with a single entry. */
export type Tag = Readonly<Record<string, string>>;

/** Returns the key by which names are compared: names that differ only in case match. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * Returns the keys by which tags are compared: for each tag its key alone (for `{ author: '*' }`) and its key and value. Each
 * is a JSON array, so that no two different tags have the same key.
 */
export function tagKeys(tags: readonly Tag[]): string[] {
  return [
    ...new Set(tags.flatMap((tag) => Object.entries(tag)).flatMap(([key, value]) => [tagKey(key), tagKey(key, value)])),
  ];
}

/** Returns the key that finds one tag, or without a value any tag of that name. */
export function tagKey(key: string, value?: string): string {
  return JSON.stringify(value === undefined ? [foldName(key)] : [foldName(key), foldName(value)]);
}
