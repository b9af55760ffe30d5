import { open, readFile, stat } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import { showValue } from 'millrace/shared/rules/show-value.js';
import { ModuleError, type ModuleContext, type ModuleInput } from '../module-contract/module.js';
import type { DocumentText } from './document-text.js';
import { defaultOcrOptions, type OcrOptions } from './ocr/ocr-options.js';
import { readText } from './read-text.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'params' | 'warn' | 'scratch' | 'progress'>;

/** Reads a text module's input, as `readDocument` does, and returns only its text. */
export async function readTextInput(input: ModuleInput, context: Context, ocr?: OcrOptions): Promise<string> {
  return (await readDocument(input, context, ocr)).text;
}

/**
 * Reads a text module's input. Uploads may be plain text in any encoding, HTML, Markdown, subtitles, PDF, docx or pptx. The type is
 * detected from the content, except for Markdown and subtitles, which are recognised by their file names. Pages, paragraphs and rows
 * stay on separate lines to keep line numbers meaningful. Output from an earlier module is always read as plain text.
 *
 * @throws `ModuleError` if the file contains no text or exceeds the limits.
 */
export async function readDocument(
  input: ModuleInput,
  context: Context,
  ocr: OcrOptions = defaultOcrOptions,
): Promise<DocumentText> {
  const { maxTextBytes } = context.limits;
  if (input.isUpload !== true)
    return { text: await readText(input.path, { maxBytes: maxTextBytes, warn: context.warn }) };
  const start = await readStart(input.path);
  if (isPdf(start)) {
    const { readPdf } = await import('./pdf/read-pdf.js');
    return readPdf(await readFileBounded(input.path, 'PDF', context), ocr, context);
  }
  if (start.startsWith('PK\x03\x04')) return { text: await readOffice(input.path, context), paragraphs: 'lines' };
  if (start.startsWith('\xd0\xcf\x11\xe0')) await refuseEncrypted(input.path, context);
  return readPage(input, start, context);
}

/** Refuses an Office document with a password, which is inside a file of the old format (MS-OFFCRYPTO, 2.3.4). */
async function refuseEncrypted(path: string, context: Context): Promise<void> {
  const bytes = await readFileBounded(path, 'document', context);
  if (!bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) return;
  throw new ModuleError('The document is password-protected. Save it without a password, and send the new file.');
}

/**
 * Returns whether a file is a PDF. Up to 1 024 bytes may precede the header, such as those of an HTTP response. In that case, an
 * object must follow the header, because a text may mention one.
 */
function isPdf(start: string): boolean {
  return start.startsWith('%PDF-') || /^[^]{0,1023}?%PDF-\d\.\d[\r\n][^]{0,1000}?\d \d+ obj\b/.test(start);
}

async function readOffice(path: string, context: Context): Promise<string> {
  const [{ ZipArchive }, bytes] = await Promise.all([
    import('./document/zip-archive.js'),
    readFileBounded(path, 'document', context),
  ]);
  const { maxExpandedBytes } = context.limits;
  const archive = (kind: string) => new ZipArchive(bytes, kind, maxExpandedBytes);
  const { names } = archive('document (or ZIP archive)');
  const has = (beginning: string): boolean => names.some((name) => name.startsWith(beginning));
  if (has('word/')) return (await import('./docx/read-docx.js')).readDocx(archive('DOCX'), context);
  if (has('ppt/')) return (await import('./document/read-pptx.js')).readPptx(archive('PPTX'), context);
  const kind = has('xl/')
    ? 'an Excel workbook'
    : has('META-INF/container.xml')
      ? 'an EPUB book'
      : has('content.xml')
        ? 'an OpenDocument file'
        : 'a ZIP archive';
  throw new ModuleError(
    `Expected a text file, PDF, docx or pptx document, got what looks like ${kind}. Save it as one of these.`,
  );
}

async function readPage(input: ModuleInput, start: string, { limits, params, warn }: Context): Promise<DocumentText> {
  const { maxTextBytes } = limits;
  const kind = looksLikeHtml(start) ? 'html' : kindOfName(input.fileName)?.name;
  const text = await readText(input.path, {
    maxBytes: maxTextBytes,
    encoding: readEncoding(params['encoding']),
    warn,
    ...(kind === 'html' && { findEncoding: () => declaredEncoding(start) }),
  });
  switch (kind) {
    case 'html': {
      const { readHtml } = await import('./document/html-text.js');
      const isXml = looksLikeXhtml(start, input.fileName);
      return { text: readHtml(text, { maxTextBytes, isXml, warn }), paragraphs: 'blank-lines' };
    }
    case 'markdown':
      return (await import('./document/markdown-text.js')).markdownText(text, { maxTextBytes, warn });
    case 'csv':
      return { text, paragraphs: 'lines' };
    case 'subtitles':
      return { text: (await import('./document/subtitles-text.js')).subtitlesText(text) };
    default:
      // the colours of a terminal's output are no text
      return { text: text.includes('\x1b') ? stripVTControlCharacters(text) : text };
  }
}

function readEncoding(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new ModuleError(`Expected the parameter encoding to be the name of an encoding, got ${showValue(value)}.`);
}

/** Returns the first bytes as Latin-1, without a byte order mark or leading whitespace. */
async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2048), 0, 2048, 0);
    return buffer.toString('latin1', 0, bytesRead).replace(/^(\xef\xbb\xbf)?[\s]*/, '');
  } finally {
    await file.close();
  }
}

function looksLikeHtml(start: string): boolean {
  let page = start.replace(/^<\?xml[^>]*>\s*/i, '');
  while (page.startsWith('<!--')) {
    const end = page.indexOf('-->');
    if (end === -1) return false;
    page = page.slice(end + 3).trimStart();
  }
  return /^<(!doctype\s+html|html|head|body)[\s>]/i.test(page);
}

/** Whether a page is XML, in which any element can be written as `<title/>`. */
function looksLikeXhtml(start: string, fileName: string): boolean {
  return (
    /^<\?xml\s|^[^>]*XHTML|xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/i.test(start) ||
    /\.xht(ml)?$/i.test(fileName)
  );
}

function declaredEncoding(start: string): string | undefined {
  const inXml = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/i.exec(start);
  return (inXml ?? /<meta[^>]+charset\s*=\s*["']?([\w.:-]+)/i.exec(start))?.[1];
}

async function readFileBounded(path: string, kind: string, { limits }: Pick<Context, 'limits'>): Promise<Buffer> {
  const { size } = await stat(path);
  if (size <= limits.maxExpandedBytes) return readFile(path);
  throw new ModuleError(
    `Expected the ${kind} to have at most ${limits.maxExpandedBytes} bytes, got ${size}. Split it, or raise the server's limit.`,
  );
}
