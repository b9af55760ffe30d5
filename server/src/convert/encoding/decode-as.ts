/** The windows-1252 characters for 0x80 to 0x9f. The five unassigned bytes map to control characters, as in the Encoding Standard. */
const charactersFrom0x80 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes bytes as windows-1252, which the Encoding Standard also uses for the label `iso-8859-1`.
 *
 * Does not use `TextDecoder`, because some releases of Node.js 20, 22 and 23 decode windows-1252 as ISO-8859-1, which turns curly quotes
 * and dashes into control characters.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (character) => charactersFrom0x80.charAt(character.charCodeAt(0) - 0x80));
}

/**
 * Counts the places in a decoded text where invalid bytes became U+FFFD. Leaves out each U+FFFD that a UTF-8 file itself contains.
 *
 * @param encoding The encoding from which the text was decoded.
 */
export function countReplacements(text: string, encoding: string, bytes: Uint8Array): number {
  const count = countReplacementCharacters(text);
  if (count === 0 || new TextDecoder(encoding).encoding !== 'utf-8') return count;
  return count - countReplacementCharacters(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** Counts U+FFFD in a text or in UTF-8 bytes. */
function countReplacementCharacters(content: string | Buffer): number {
  let count = 0;
  for (let at = content.indexOf('\ufffd'); at !== -1; at = content.indexOf('\ufffd', at + 1)) count++;
  return count;
}

/** Decodes bytes. Invalid bytes become U+FFFD. Returns `undefined` if `TextDecoder` does not support the encoding. */
export function decodeAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    const decoder = new TextDecoder(encoding);
    return decoder.encoding === 'windows-1252' ? decodeWindows1252(bytes) : decoder.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
