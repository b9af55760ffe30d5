/** The number of bytes to read from the start of a file to detect whether the file is text. */
export const sampleLength = 65_536;

interface Signature {
  readonly kind: string;
  /** In bytes from the start of the file. @default 0 */
  readonly offset?: number;
  /** A Latin-1 string, in which each character stands for one byte. */
  readonly bytes: string;
}

/** Signatures that are very unlikely at the start of a text file. */
const unambiguousSignatures: readonly Signature[] = [
  { kind: 'a PNG image', bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { kind: 'a GIF image', bytes: 'GIF87a' },
  { kind: 'a GIF image', bytes: 'GIF89a' },
  { kind: 'a TIFF image', bytes: 'II*\0' },
  { kind: 'a TIFF image', bytes: 'MM\0*' },
  { kind: 'a PDF document', bytes: '%PDF-' },
  { kind: 'an RTF document', bytes: '{\\rtf' },
  { kind: 'an old Office document (doc, xls, ppt)', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { kind: 'a ZIP archive (or a docx, pptx, xlsx or odt document)', bytes: 'PK\x03\x04' },
  { kind: 'an empty ZIP archive', bytes: 'PK\x05\x06' },
  { kind: 'a gzip archive', bytes: '\x1f\x8b\x08' },
  { kind: 'a Zstandard archive', bytes: '\x28\xb5\x2f\xfd' },
  { kind: 'an xz archive', bytes: '\xfd7zXZ\0' },
  { kind: 'a 7z archive', bytes: "7z\xbc\xaf'\x1c" },
  { kind: 'a RAR archive', bytes: 'Rar!\x1a\x07' },
  { kind: 'an ELF program', bytes: '\x7fELF' },
  { kind: 'a Mach-O program', bytes: '\xcf\xfa\xed\xfe' },
  { kind: 'a Java class or a Mach-O program', bytes: '\xca\xfe\xba\xbe' },
  { kind: 'a WebAssembly module', bytes: '\0asm' },
  { kind: 'a SQLite database', bytes: 'SQLite format 3\0' },
  { kind: 'a NumPy array', bytes: '\x93NUMPY' },
  { kind: 'a Matroska or WebM video', bytes: '\x1a\x45\xdf\xa3' },
];

/** Signatures that text files can also contain. Used only for data that is known to be binary. */
const ambiguousSignatures: readonly Signature[] = [
  { kind: 'an MP4 or QuickTime file', bytes: 'ftyp', offset: 4 },
  { kind: 'an MP3 recording', bytes: 'ID3' },
  { kind: 'an MP3 recording', bytes: '\xff\xfb' },
  { kind: 'a FLAC recording', bytes: 'fLaC' },
  { kind: 'an Ogg recording', bytes: 'OggS' },
  { kind: 'a WAV, AVI or WebP file', bytes: 'RIFF' },
  { kind: 'a Windows program', bytes: 'MZ' },
  { kind: 'a bzip2 archive', bytes: 'BZh' },
  { kind: 'a BMP image', bytes: 'BM' },
  { kind: 'a tar archive', bytes: 'ustar', offset: 257 },
];

/** Describes the format that the first bytes indicate, such as `a PNG image`. Returns `undefined` if no unambiguous signature matches. */
export function findKindBySignature(bytes: Uint8Array): string | undefined {
  return findSignature(bytes, unambiguousSignatures);
}

/** Describes the most likely format of data that is known to be binary. Returns `binary data` if no signature matches. */
export function guessBinaryKind(bytes: Uint8Array): string {
  return findKindBySignature(bytes) ?? findSignature(bytes, ambiguousSignatures) ?? 'binary data';
}

function findSignature(bytes: Uint8Array, signatures: readonly Signature[]): string | undefined {
  const matches = ({ bytes: signature, offset = 0 }: Signature): boolean => {
    for (let i = 0; i < signature.length; i++) if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
    return true;
  };
  return signatures.find(matches)?.kind;
}

/**
 * Describes the format of a file if its first bytes show that it is not text. Otherwise, returns `undefined`. Text can be in any common
 * encoding and contain a few control characters.
 *
 * @param start The first bytes of the file, at most {@link sampleLength}.
 */
export function detectBinaryKind(start: Uint8Array): string | undefined {
  const kind = findKindBySignature(start);
  if (kind !== undefined || hasWideByteOrderMark(start) || detectUtf16(start, 0.25) !== undefined) return kind;
  const hasNul = start.includes(0);
  if (hasNul && !isUtf8(start) && detectUtf16(start, 0) === undefined) return guessBinaryKind(start);
  let controlCount = 0;
  for (const byte of start) if (isBinaryControl(byte)) controlCount++;
  return controlCount > start.length / 10 ? guessBinaryKind(start) : undefined;
}

/** Returns whether a character code is a C0 control character that is rare in text files: any except whitespace and escape. */
export function isBinaryControl(code: number): boolean {
  return code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1b;
}

/** Returns whether bytes start with a UTF-16 or UTF-32 byte order mark. */
function hasWideByteOrderMark([a, b, c, d]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
}

/** Returns whether bytes are valid UTF-8. The last character can be incomplete. */
function isUtf8(start: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Detects UTF-16 without a byte order mark. In UTF-16, the high byte of every ASCII character is NUL.
 *
 * @param minNulShare The minimum proportion of byte pairs whose high byte is NUL. Even if it is 0, at least one such pair is required.
 */
export function detectUtf16(start: Uint8Array, minNulShare: number): 'utf-16le' | 'utf-16be' | undefined {
  let evenNuls = 0;
  let oddNuls = 0;
  for (let i = 0; i + 1 < start.length; i += 2) {
    if (start[i] === 0) evenNuls++;
    if (start[i + 1] === 0) oddNuls++;
  }
  const minCount = Math.max(1, (minNulShare * start.length) / 2);
  if (oddNuls >= minCount && evenNuls <= oddNuls / 100) return 'utf-16le';
  if (evenNuls >= minCount && oddNuls <= evenNuls / 100) return 'utf-16be';
  return undefined;
}
