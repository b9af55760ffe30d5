import { foldName } from 'millrace/shared/rules/files/fold-name.js';

/** A file tag: an object with a single entry. */
export type Tag = Readonly<Record<string, string>>;

/**
 * Returns the comparison keys for tags: for each tag, one key for its name alone (to match `{ author: '*' }`) and one for its
 * name and value. Each key is a JSON array, which keeps the name and the value apart. Tags that differ only in case or in Unicode
 * normalization have the same keys.
 */
export function createTagKeys(tags: readonly Tag[]): string[] {
  return [
    ...new Set(
      tags
        .flatMap((tag) => Object.entries(tag))
        .flatMap(([name, value]) => [createTagKey(name), createTagKey(name, value)]),
    ),
  ];
}

/** Returns the comparison key for a tag. If no value is given, the key matches every tag with that name. */
export function createTagKey(name: string, value?: string): string {
  return JSON.stringify(value === undefined ? [foldName(name)] : [foldName(name), foldName(value)]);
}
