/** A file type, determined from the content. */
interface FileKind {
  /** The extension in lower case, without a dot. Empty if the content does not identify the type, as with text. */
  readonly extension: string;
  /** A description for use in error messages, such as `an image/png file`. */
  readonly name: string;
}

const unknown: FileKind = { extension: '', name: 'data of an unknown kind' };

/** Detects a file's type from its first bytes, never from its name. */
export async function sniffFile(path: string): Promise<FileKind> {
  const { fileTypeFromFile } = await import('file-type');
  // `fileTypeFromFile` throws if a file is too short for its type
  const type = await fileTypeFromFile(path).catch(() => undefined);
  return type ? { extension: type.ext, name: `${/^[aeio]/.test(type.mime) ? 'an' : 'a'} ${type.mime} file` } : unknown;
}

interface Signature {
  readonly kind: string;
  readonly at?: number;
  /** The signature in Latin-1, with one character per byte. */
  readonly bytes: string;
}

/** Signatures that cannot occur at the start of text. */
const unambiguousSignatures: readonly Signature[] = [
  { kind: 'a PNG image', bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { kind: 'a GIF image', bytes: 'GIF87a' },
  { kind: 'a GIF image', bytes: 'GIF89a' },
  { kind: 'a TIFF image', bytes: 'II*\0' },
  { kind: 'a TIFF image', bytes: 'MM\0*' },
  { kind: 'a PDF document', bytes: '%PDF-' },
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

/** Signatures that can also occur at the start of text. They are used only for data already known to be binary. */
const ambiguousSignatures: readonly Signature[] = [
  { kind: 'an MP4 or QuickTime file', bytes: 'ftyp', at: 4 },
  { kind: 'an MP3 recording', bytes: 'ID3' },
  { kind: 'an MP3 recording', bytes: '\xff\xfb' },
  { kind: 'a FLAC recording', bytes: 'fLaC' },
  { kind: 'an Ogg recording', bytes: 'OggS' },
  { kind: 'a WAV, AVI or WebP file', bytes: 'RIFF' },
  { kind: 'a Windows program', bytes: 'MZ' },
  { kind: 'a bzip2 archive', bytes: 'BZh' },
  { kind: 'a BMP image', bytes: 'BM' },
  { kind: 'a tar archive', bytes: 'ustar', at: 257 },
];

/** Returns the binary format indicated by the first bytes, or `undefined` if they may be text. */
export function findBinaryKind(bytes: Uint8Array): string | undefined {
  return findSignature(bytes, unambiguousSignatures);
}

/** Returns the most likely format of data already known to be binary. */
export function guessBinaryKind(bytes: Uint8Array): string {
  return findBinaryKind(bytes) ?? findSignature(bytes, ambiguousSignatures) ?? 'binary data';
}

function findSignature(bytes: Uint8Array, signatures: readonly Signature[]): string | undefined {
  const matches = ({ bytes: signature, at = 0 }: Signature): boolean => {
    for (let i = 0; i < signature.length; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
    return true;
  };
  return signatures.find(matches)?.kind;
}
