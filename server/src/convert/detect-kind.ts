import { endpointOnlyKindFromFileName } from 'millrace/shared/modules/conversion-kinds.js';
import { kindFromFileName } from 'millrace/shared/modules/file-kinds.js';
import { extensionOf } from 'millrace/shared/rules/files/file-name.js';
import { ZipArchive } from './document/zip-archive.js';

/** Stream names that identify the kinds of compound files (MS-CFB). The names are encoded in UTF-16. */
const compoundStreams: readonly (readonly [stream: string, kind: string])[] = [
  ['WordDocument', 'doc'],
  ['Workbook', 'xls'],
  ['PowerPoint Document', 'ppt'],
  ['__substg1.0_', 'msg'],
];

/** Prefixes of the content of the `mimetype` part in OpenDocument files and EPUB books. */
const packageTypes: readonly (readonly [start: string, kind: string])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub+zip', 'epub'],
];

// `start` is the beginning of the file, decoded as Latin-1
export const isZip = (start: string): boolean => start.startsWith('PK\x03\x04');
export const isCompound = (start: string): boolean => start.startsWith('\xd0\xcf\x11\xe0');
const isRtf = (start: string): boolean => start.startsWith('{\\rtf');

/**
 * Returns whether a file is a PDF. Up to 1,023 bytes, such as HTTP headers, can precede the PDF header. In that case, an object must
 * follow the PDF header, because a text file can mention `%PDF-`.
 */
export function isPdf(start: string): boolean {
  return start.startsWith('%PDF-') || /^[^]{0,1023}?%PDF-\d\.\d[\r\n][^]{0,1000}?\d \d+ obj\b/.test(start);
}

/** Returns whether a file is an HTML page. Checks only the first tag after any XML declaration and comments. */
export function isHtml(start: string): boolean {
  let page = start.replace(/^<\?xml[^>]*>\s*/i, '');
  while (page.startsWith('<!--')) {
    const end = page.indexOf('-->');
    if (end === -1) return false;
    page = page.slice(end + 3).trimStart();
  }
  return /^<(!doctype\s+html|html|head|body)[\s>]/i.test(page);
}

/**
 * Detects the kind of an Office document or e-book from the parts of its archive. Returns `undefined` for other archives.
 *
 * @throws `ModuleError` if the archive is damaged.
 */
export function detectArchiveKind(bytes: Buffer, maxBytes: number): string | undefined {
  const archive = new ZipArchive(bytes, 'document (or ZIP archive)', maxBytes);
  const { names } = archive;
  const hasPart = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  if (hasPart('word/')) return 'docx';
  if (hasPart('ppt/')) return 'pptx';
  if (hasPart('xl/')) return 'xlsx';
  const type = archive.read('mimetype')?.toString('latin1') ?? '';
  const kind = packageTypes.find(([start]) => type.startsWith(start))?.[1];
  return kind ?? (hasPart('META-INF/container.xml') ? 'epub' : hasPart('content.xml') ? 'odt' : undefined);
}

/**
 * Detects the kind of an uploaded document from its content, or else from its file name. For an unknown kind, returns the extension with
 * the dot, or an empty string for a name without one. Returns `undefined` for an unknown ZIP archive or compound file, and for a file with
 * the extension of a binary format, such as `.pdf`, whose content is not recognized.
 *
 * @throws `ModuleError` if the file is a damaged ZIP archive.
 */
export async function detectDocumentKind(
  start: string,
  fileName: string,
  { read, maxBytes }: { read: () => Promise<Buffer>; maxBytes: number },
): Promise<string | undefined> {
  if (isPdf(start)) return 'pdf';
  if (isRtf(start)) return 'rtf';
  if (isHtml(start)) return 'html';
  const endpointKind = endpointOnlyKindFromFileName(fileName)?.name;
  if (isZip(start)) return detectArchiveKind(await read(), maxBytes) ?? endpointKind;
  if (isCompound(start)) return endpointKind ?? detectCompoundKind(await read());
  const kind = kindFromFileName(fileName);
  if (kind) return kind.isPlainText ? kind.name : undefined;
  return endpointKind ?? extensionOf(fileName);
}

function detectCompoundKind(bytes: Buffer): string | undefined {
  return compoundStreams.find(([stream]) => bytes.includes(Buffer.from(stream, 'utf16le')))?.[1];
}
