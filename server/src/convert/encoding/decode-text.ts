import {
  findKindBySignature,
  detectUtf16,
  guessBinaryKind,
  isBinaryControl,
  sampleLength,
} from 'millrace/shared/rules/files/binary-start.js';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import { countReplacements, decodeAs } from './decode-as.js';
import { guessEncoding } from './guess-encoding.js';
import { decodeMixedUtf8 } from './mixed-utf8.js';

type Decoded = { readonly text: string } | { readonly binaryKind: string };

export interface DecodeOptions {
  /** The encoding that the file declares. Ignored if the file is UTF-16, UTF-32 or valid UTF-8. */
  readonly declaredEncoding?: string | undefined;
  /** The encoding that the user chose. If set, the encoding is not detected. */
  readonly chosenEncoding?: string | undefined;
  readonly warn: Warn;
}

/**
 * Decodes a text file in any common encoding, or returns the name of the file format if the file is binary.
 *
 * Unless the user chose the encoding, uses the first of these that applies:
 *
 * 1. The encoding that the byte order mark indicates.
 * 2. UTF-16 (detected from the offsets of NUL bytes), UTF-8 or ISO-2022-JP.
 * 3. The declared encoding.
 * 4. UTF-8 with some invalid lines.
 * 5. A guess.
 *
 * Keeps a UTF-8 byte order mark as U+FEFF, like the hosted service, unless the user chose the encoding.
 *
 * Warns with the code `encoding-guessed`, `mixed-encoding` or `unreadable-characters`.
 *
 * @throws `ModuleError` if the chosen encoding is unknown.
 */
export async function decodeText(
  bytes: Uint8Array,
  { declaredEncoding, chosenEncoding, warn }: DecodeOptions,
): Promise<Decoded> {
  const kind = findKindBySignature(bytes);
  if (kind !== undefined) return { binaryKind: kind };
  if (chosenEncoding !== undefined) return { text: decodeChosen(bytes, chosenEncoding, warn) };
  const text =
    decodeWithByteOrderMark(bytes) ??
    // UTF-16 in Latin script: about half of the bytes are NUL
    decodeUtf16(bytes, 0.25) ??
    decodeStrictly(bytes, 'utf-8') ??
    // UTF-16 in another script: only a few characters, such as spaces and line breaks, contain a NUL byte
    decodeUtf16(bytes, 0);
  if (text !== undefined)
    return looksBinary(text) ? { binaryKind: guessBinaryKind(bytes) } : { text: decodeIso2022Jp(text, bytes) };
  // no single-byte or East Asian encoding uses NUL bytes
  if (bytes.subarray(0, sampleLength).includes(0)) return { binaryKind: guessBinaryKind(bytes) };
  const warnings: Parameters<Warn>[] = [];
  const decoded =
    decodeDeclared(bytes, declaredEncoding) ??
    decodeMixed(bytes, (...warning) => warnings.push(warning)) ??
    (await guessAndDecode(bytes, (...warning) => warnings.push(warning)));
  if (looksBinary(decoded)) return { binaryKind: guessBinaryKind(bytes) };
  for (const warning of warnings) warn(...warning);
  return { text: decoded };
}

function decodeWithByteOrderMark(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return decodeStrictly(bytes, 'utf-8');
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return decodeUtf32(bytes, true);
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return decodeUtf32(bytes, false);
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return undefined;
}

function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, isLittleEndian);
    parts.push(code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code));
  }
  return parts.join('');
}

function decodeUtf16(bytes: Uint8Array, minNulShare: number): string | undefined {
  const encoding = bytes.length % 2 === 0 ? detectUtf16(bytes.subarray(0, sampleLength), minNulShare) : undefined;
  return encoding && decodeStrictly(bytes, encoding);
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Decodes the bytes as ISO-2022-JP, a 7-bit encoding used in Japanese email, if the text is ASCII and contains an escape sequence for
 * Japanese characters. Otherwise, or if the bytes are not valid ISO-2022-JP, returns the text unchanged.
 */
function decodeIso2022Jp(text: string, bytes: Uint8Array): string {
  const escapes = ['\x1b$@', '\x1b$B'];
  return text.length === bytes.length && escapes.some((escape) => text.includes(escape))
    ? (decodeStrictly(bytes, 'iso-2022-jp') ?? text)
    : text;
}

function decodeChosen(bytes: Uint8Array, chosenEncoding: string, warn: Warn): string {
  const text = decodeAs(chosenEncoding, bytes);
  if (text === undefined) {
    throw new ModuleError(
      `Expected the parameter encoding to be the name of an encoding, such as utf-8, windows-1250 or shift_jis, got ${JSON.stringify(chosenEncoding)}.`,
    );
  }
  warnAboutReplacements(text, chosenEncoding, bytes, warn);
  return text;
}

function warnAboutReplacements(text: string, encoding: string, bytes: Uint8Array, warn: Warn): void {
  const count = countReplacements(text, encoding, bytes);
  if (count === 0) return;
  warn({
    code: 'unreadable-characters',
    message: `${count === 1 ? 'One place' : `${count} places`} could not be decoded as ${encoding}, and became U+FFFD.`,
  });
}

function decodeDeclared(bytes: Uint8Array, declaredEncoding: string | undefined): string | undefined {
  // `decodeText` has already tried UTF-8
  if (declaredEncoding === undefined || /^utf-?8$/i.test(declaredEncoding)) return undefined;
  return decodeAs(declaredEncoding, bytes);
}

function decodeMixed(bytes: Uint8Array, warn: Warn): string | undefined {
  const mixed = decodeMixedUtf8(bytes);
  if (!mixed) return undefined;
  const { text, windows1252Lines, damagedLines } = mixed;
  if (windows1252Lines.length > 0) {
    const message = `The file is UTF-8, but ${formatLines(windows1252Lines)} not, and ${windows1252Lines.length === 1 ? 'was' : 'were'} read as windows-1252.`;
    warn({ code: 'mixed-encoding', message });
  }
  if (damagedLines.length > 0) {
    const message = `The file is UTF-8, but ${formatLines(damagedLines)} damaged. Invalid bytes became U+FFFD.`;
    warn({ code: 'unreadable-characters', message });
  }
  return text;
}

async function guessAndDecode(bytes: Uint8Array, warn: Warn): Promise<string> {
  const { name, confidence } = await guessEncoding(bytes);
  const text = decodeAs(name, bytes) as string;
  const percent = Math.round(confidence * 100);
  warn({
    code: 'encoding-guessed',
    message: `The encoding of the text was guessed: ${name}, with a confidence of ${percent}%. If letters are wrong, set the parameter encoding.`,
  });
  warnAboutReplacements(text, name, bytes, warn);
  return text;
}

/** Formats up to ten line numbers with a verb, such as `lines 2, 5 and 13 more are`. */
function formatLines(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10);
  const more = numbers.length - shown.length;
  if (numbers.length === 1) return `line ${String(numbers[0])} is`;
  if (more > 0) return `lines ${shown.join(', ')} and ${more} more are`;
  return `lines ${shown.slice(0, -1).join(', ')} and ${String(shown.at(-1))} are`;
}

/** Returns whether more than a tenth of the characters at the start of the text are control characters that text files do not contain. */
function looksBinary(text: string): boolean {
  const length = Math.min(text.length, sampleLength);
  let controlCount = 0;
  for (let i = 0; i < length; i++) {
    if (isBinaryControl(text.charCodeAt(i))) controlCount++;
  }
  return controlCount > length / 10;
}
