/** What the bytes 0x80 to 0x9f are; the five that are nothing stay control characters, as the Encoding Standard has it. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes windows-1252, and ISO-8859-1, which is a part of it.
 *
 * Not every Node does: the `TextDecoder` of some releases of 20, 22 and 23 takes these bytes for ISO-8859-1 with its
 * control characters, so that curly quotes and dashes are lost.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (character) => upper.charAt(character.charCodeAt(0) - 0x80));
}
