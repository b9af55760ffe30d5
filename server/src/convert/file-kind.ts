import { open } from 'node:fs/promises';

/** A file type, determined from the content. */
interface FileKind {
  /** The extension in lower case, without a dot. Empty if the content does not identify the type, as for text. */
  readonly extension: string;
  /** A description for use in error messages, such as `an image/png file`. */
  readonly name: string;
}

const unknownKind: FileKind = { extension: '', name: 'data of an unknown type' };

/** Types that the package `file-type` does not detect, by their first four bytes. */
const kindBySignature: Readonly<Record<string, FileKind>> = {
  caff: { extension: 'caf', name: 'an audio/x-caf file' },
  '.snd': { extension: 'au', name: 'an audio/basic file' },
};

/** Detects a file's type from its content, never from its name. */
export async function sniffFile(path: string): Promise<FileKind> {
  const { fileTypeFromFile } = await import('file-type');
  // `fileTypeFromFile` throws if a file is too short for its type
  const type = await fileTypeFromFile(path).catch(() => undefined);
  if (!type) return kindBySignature[await readSignature(path)] ?? unknownKind;
  return { extension: type.ext, name: `${/^[aeio]/.test(type.mime) ? 'an' : 'a'} ${type.mime} file` };
}

async function readSignature(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
