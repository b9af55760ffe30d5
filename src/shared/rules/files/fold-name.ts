/** Returns a key for comparing names. Names that differ only in case or in Unicode normalization have the same key. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
