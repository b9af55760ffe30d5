import { extensionOf } from '../rules/files/file-name.js';
import type { DataFormat } from './module.js';

/** A kind of input file. */
export interface FileKind {
  readonly name: string;
  /** The data format that a module must accept to read files of this kind. */
  readonly format: DataFormat;
  /** In lower case, with the leading dot. */
  readonly extensions: readonly string[];
  /** Set if files of this kind are plain text. Absent for binary formats, such as PDF. */
  readonly isPlainText?: true;
}

/**
 * The kinds of files that a Millrace server can read without a conversion endpoint. The first extension of each kind is the preferred one.
 *
 * The list is complete for every format except `text`: a file with an unknown extension is read as text if its content is text.
 */
export const fileKinds: readonly FileKind[] = [
  { name: 'text', format: 'text', extensions: ['.txt'], isPlainText: true },
  { name: 'pdf', format: 'text', extensions: ['.pdf'] },
  { name: 'docx', format: 'text', extensions: ['.docx'] },
  { name: 'pptx', format: 'text', extensions: ['.pptx'] },
  { name: 'markdown', format: 'text', extensions: ['.md', '.markdown'], isPlainText: true },
  { name: 'html', format: 'text', extensions: ['.html', '.htm', '.xhtml'], isPlainText: true },
  { name: 'csv', format: 'text', extensions: ['.csv', '.tsv', '.tab'], isPlainText: true },
  { name: 'subtitles', format: 'text', extensions: ['.srt', '.vtt'], isPlainText: true },
  { name: 'log', format: 'text', extensions: ['.log'], isPlainText: true },
  { name: 'json', format: 'json', extensions: ['.json'], isPlainText: true },
  { name: 'json-lines', format: 'json', extensions: ['.jsonl', '.ndjson'], isPlainText: true },
  { name: 'jpeg', format: 'image', extensions: ['.jpg', '.jpeg'] },
  { name: 'png', format: 'image', extensions: ['.png'] },
  { name: 'webp', format: 'image', extensions: ['.webp'] },
  { name: 'tiff', format: 'image', extensions: ['.tiff', '.tif'] },
  { name: 'gif', format: 'image', extensions: ['.gif'] },
  { name: 'avif', format: 'image', extensions: ['.avif'] },
  { name: 'mp3', format: 'audio', extensions: ['.mp3'] },
  { name: 'wav', format: 'audio', extensions: ['.wav', '.w64'] },
  { name: 'flac', format: 'audio', extensions: ['.flac'] },
  { name: 'ogg', format: 'audio', extensions: ['.ogg', '.oga', '.opus', '.spx'] },
  { name: 'mp4', format: 'audio', extensions: ['.m4a', '.mp4', '.mov', '.3gp'] },
  { name: 'aac', format: 'audio', extensions: ['.aac'] },
  { name: 'webm', format: 'audio', extensions: ['.webm'] },
  { name: 'matroska', format: 'audio', extensions: ['.mka', '.mkv'] },
  { name: 'aiff', format: 'audio', extensions: ['.aiff', '.aif'] },
  { name: 'caf', format: 'audio', extensions: ['.caf'] },
  { name: 'wma', format: 'audio', extensions: ['.wma'] },
  { name: 'au', format: 'audio', extensions: ['.au'] },
  { name: 'amr', format: 'audio', extensions: ['.amr'] },
  { name: 'npy', format: 'npy', extensions: ['.npy'] },
  { name: 'faiss', format: 'faiss', extensions: ['.faiss'] },
  { name: 'db', format: 'db', extensions: ['.db'] },
];

const kindByExtension = new Map(fileKinds.flatMap((kind) => kind.extensions.map((extension) => [extension, kind])));

/** Returns the kind that a file's extension indicates, or `undefined` if the extension is unknown. */
export function kindFromFileName(fileName: string): FileKind | undefined {
  return kindByExtension.get(extensionOf(fileName));
}

/** Returns all file extensions for a data format. */
export function extensionsForFormat(format: DataFormat): string[] {
  return fileKinds.filter((kind) => kind.format === format).flatMap(({ extensions }) => extensions);
}
