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
