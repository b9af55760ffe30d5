/** What a file is, by its content. */
export interface FileKind {
  /** Lower case, without a dot; empty when nothing of the content tells it, as with text. */
  readonly extension: string;
  /** For messages: `an image/png file`. */
  readonly name: string;
}

const unknown: FileKind = { extension: '', name: 'data of an unknown kind' };

/** Tells what a file is by its first bytes, and never by its name. */
export async function sniffFile(path: string): Promise<FileKind> {
  const { fileTypeFromFile } = await import('file-type');
  // it throws on files that end too early for their kind
  const type = await fileTypeFromFile(path).catch(() => undefined);
  return type ? { extension: type.ext, name: `${/^[aeio]/.test(type.mime) ? 'an' : 'a'} ${type.mime} file` } : unknown;
}
