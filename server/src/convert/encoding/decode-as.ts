/** The characters of the bytes 0x80 to 0x9f. The five unassigned bytes map to control characters, as in the Encoding Standard. */
const highCharacters = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes windows-1252 and its subset, ISO-8859-1.
 *
 * In some releases of Node.js 20, 22 and 23, `TextDecoder` decodes windows-1252 as ISO-8859-1, which turns curly quotes and
 * dashes into control characters.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (character) => highCharacters.charAt(character.charCodeAt(0) - 0x80));
}

/** Decodes bytes in an encoding that `TextDecoder` supports. Invalid bytes become U+FFFD. Returns `undefined` for other encodings. */
export function decodeAs(name: string, bytes: Uint8Array): string | undefined {
  try {
    const decoder = new TextDecoder(name);
    return decoder.encoding === 'windows-1252' ? decodeWindows1252(bytes) : decoder.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
