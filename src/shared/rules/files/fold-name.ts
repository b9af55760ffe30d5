/** Returns a name's comparison key. Names that differ only in case, or in the Unicode form of their characters, have the same key. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
