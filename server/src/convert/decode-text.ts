import {
  findBinaryKind,
  findUtf16,
  guessBinaryKind,
  isControl,
  sampleBytes,
} from 'millrace/shared/rules/binary-start.js';

/** If `chardet`'s confidence is lower than this, the most common legacy encoding is a better guess. */
const minConfidence = 20;

type Decoded = { readonly text: string } | { readonly binary: string };

/**
 * Decodes a text file in any common encoding, or returns the file format if the file is binary.
 *
 * A byte order mark takes precedence. If there is no byte order mark, NUL bytes at only even or only odd offsets indicate UTF-16,
 * and valid UTF-8 is decoded as UTF-8. Otherwise, `chardet` guesses the legacy encoding. A UTF-8 byte order mark is kept as
 * U+FEFF, as in the hosted service's outputs.
 *
 * @param declared The encoding declared in the file itself. It is used instead of a guess.
 */
export async function decodeText(bytes: Uint8Array, declared?: string): Promise<Decoded> {
  const kind = findBinaryKind(bytes);
  if (kind !== undefined) return { binary: kind };
  const text =
    decodeWithByteOrderMark(bytes) ??
    // in Latin scripts, half of all bytes are NUL; in other scripts, only spaces and line breaks contain NUL bytes
    decodeUtf16(bytes, 0.25) ??
    decodeStrictly(bytes, 'utf-8') ??
    decodeUtf16(bytes, 0);
  if (text !== undefined) return looksBinary(text) ? { binary: guessBinaryKind(bytes) } : { text };
  // no single-byte or East Asian encoding uses NUL bytes
  if (bytes.subarray(0, sampleBytes).includes(0)) return { binary: guessBinaryKind(bytes) };
  const guessed = decodeDeclared(bytes, declared) ?? decodeDamagedUtf8(bytes) ?? (await decodeGuessing(bytes));
  return looksBinary(guessed) ? { binary: guessBinaryKind(bytes) } : { text: guessed };
}

function decodeWithByteOrderMark(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return decodeUtf32(bytes, true);
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return decodeUtf32(bytes, false);
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return undefined;
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian);
    parts.push(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code));
  }
  return parts.join('');
}

function decodeUtf16(bytes: Uint8Array, share: number): string | undefined {
  const encoding = bytes.length % 2 === 0 ? findUtf16(bytes.subarray(0, sampleBytes), share) : undefined;
  return encoding && decodeStrictly(bytes, encoding);
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Decodes UTF-8 that contains a few invalid bytes. Text in other encodings never contains so many valid UTF-8 sequences by
 * chance.
 */
function decodeDamagedUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8').decode(bytes);
  let invalidCount = 0;
  let validCount = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) invalidCount++;
    else if (code >= 0x80) validCount++;
  }
  return invalidCount <= validCount / 10 ? text : undefined;
}

function decodeDeclared(bytes: Uint8Array, declared: string | undefined): string | undefined {
  if (declared === undefined || !isDecodable(declared)) return undefined;
  const decoder = new TextDecoder(declared);
  // valid UTF-8 has already been decoded
  if (decoder.encoding === 'utf-8') return undefined;
  return decoder.encoding === 'windows-1252' ? decodeWindows1252(bytes) : decoder.decode(bytes);
}

async function decodeGuessing(bytes: Uint8Array): Promise<string> {
  const { analyse } = await import('chardet');
  const [best] = analyse(bytes.subarray(0, sampleBytes)).filter(
    ({ name, confidence }) => confidence >= minConfidence && isDecodable(name),
  );
  // the most common legacy encoding; text labelled ISO-8859-1 is nearly always windows-1252
  if (!best || /^(windows-1252|ISO-8859-1)$/i.test(best.name)) return decodeWindows1252(bytes);
  return new TextDecoder(best.name).decode(bytes);
}

function isDecodable(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}

/** Returns whether more than a tenth of the start of the text consists of control characters that do not occur in text files. */
function looksBinary(text: string): boolean {
  const length = Math.min(text.length, sampleBytes);
  let controls = 0;
  for (let i = 0; i < length; i++) {
    if (isControl(text.charCodeAt(i))) controls++;
  }
  return controls > length / 10;
}

/** The characters for bytes 0x80 to 0x9f. The five unassigned bytes map to control characters, as in the Encoding Standard. */
const windows1252Upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes windows-1252 and its subset, ISO-8859-1.
 *
 * In some releases of Node.js 20, 22 and 23, `TextDecoder` decodes windows-1252 as ISO-8859-1, which turns curly quotes and
 * dashes into control characters.
 */
function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (character) => windows1252Upper.charAt(character.charCodeAt(0) - 0x80));
}
