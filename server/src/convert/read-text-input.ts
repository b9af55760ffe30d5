import { open, readFile, stat } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { kindFromFileName } from 'millrace/shared/modules/file-kinds.js';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { getConvertedKinds } from '../module-contract/conversion-settings.js';
import { ModuleError, type ModuleContext, type ModuleInput } from '../module-contract/module.js';
import type { DocumentText } from './document-text.js';
import { isCompound, isHtml, isPdf, isZip, detectArchiveKind, detectDocumentKind } from './detect-kind.js';
import { defaultOcrOptions, type OcrOptions } from './ocr/ocr-options.js';
import { readText } from './read-text.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'params' | 'warn' | 'scratch' | 'progress' | 'log' | 'models'>;

/** Reads a text module's input with {@link readDocument} and returns only the text. */
export async function readTextInput(input: ModuleInput, context: Context, ocrOptions?: OcrOptions): Promise<string> {
  return (await readDocument(input, context, ocrOptions)).text;
}

/**
 * Reads a text module's input. An upload can be plain text (including CSV and logs) in any common encoding, HTML, Markdown, subtitles,
 * PDF, docx, pptx, or a document that the conversion endpoint converts. The kind is detected from the content, or else from the file
 * name, as for Markdown and subtitles. The output of an earlier module is always read as plain text.
 *
 * @throws `ModuleError` if the file cannot be read or exceeds a limit, or if an HTML, PDF or Office document contains no text.
 */
export async function readDocument(
  input: ModuleInput,
  context: Context,
  ocrOptions: OcrOptions = defaultOcrOptions,
): Promise<DocumentText> {
  const { maxTextBytes } = context.limits;
  if (input.isUpload !== true) return { text: await readText(input, { maxBytes: maxTextBytes, warn: context.warn }) };
  const start = await readStart(input);
  if (isCompound(start)) await rejectIfEncrypted(input, context);
  const converted = await convert(input, start, ocrOptions, context);
  if (converted) return converted;
  if (isPdf(start)) {
    const { readPdf } = await import('./pdf/read-pdf.js');
    return readPdf(await readWithinLimit(input, 'PDF', context), ocrOptions, context);
  }
  if (isZip(start)) return readOfficeDocument(input, context);
  return readTextFile(input, start, context);
}

/**
 * Converts a document with the conversion endpoint. Returns `undefined` if no endpoint is configured for documents of this kind, or if
 * the endpoint is unavailable and the server's own reader should be used instead.
 */
async function convert(
  input: ModuleInput,
  start: string,
  ocrOptions: OcrOptions,
  context: Context,
): Promise<DocumentText | undefined> {
  const conversion = context.models?.settings.conversion;
  if (!conversion) return undefined;
  let bytes: Promise<Buffer> | undefined;
  const read = () => (bytes ??= readWithinLimit(input, 'document', context));
  const name = await detectDocumentKind(start, input.fileName, { read, maxBytes: context.limits.maxExpandedBytes });
  const kind = getConvertedKinds(conversion).find((candidate) => candidate.name === name);
  if (!kind) return undefined;
  const { convertWithEndpoint } = await import('./endpoint/convert-with-endpoint.js');
  return convertWithEndpoint(await read(), { kind, fileName: input.fileName, ocrOptions }, conversion, context);
}

/** Throws a `ModuleError` if a compound file contains a password-protected Office document (MS-OFFCRYPTO, 2.3.4). */
async function rejectIfEncrypted(input: ModuleInput, context: Context): Promise<void> {
  const bytes = await readWithinLimit(input, 'document', context);
  if (!bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) return;
  throw new ModuleError('The document is password-protected. Save it without a password, and send the new file.');
}

async function readOfficeDocument(input: ModuleInput, context: Context): Promise<DocumentText> {
  const [{ ZipArchive }, bytes] = await Promise.all([
    import('./document/zip-archive.js'),
    readWithinLimit(input, 'document', context),
  ]);
  const { maxExpandedBytes } = context.limits;
  const kind = detectArchiveKind(bytes, maxExpandedBytes);
  const openArchive = (type: string) => new ZipArchive(bytes, type, maxExpandedBytes);
  if (kind === 'docx') {
    const { readDocx } = await import('./docx/read-docx.js');
    return { text: await readDocx(openArchive('DOCX'), context), paragraphs: 'lines' };
  }
  if (kind === 'pptx') return (await import('./document/read-pptx.js')).readPptx(openArchive('PPTX'), context);
  const description =
    kind === 'xlsx'
      ? 'an Excel workbook'
      : kind === 'epub'
        ? 'an EPUB book'
        : kind === undefined
          ? 'a ZIP archive'
          : 'an OpenDocument file';
  throw new ModuleError(
    `Expected a text file, PDF, docx or pptx document, got what looks like ${description}. Save it as one of these.`,
  );
}

async function readTextFile(
  input: ModuleInput,
  start: string,
  { limits, params, warn }: Context,
): Promise<DocumentText> {
  const { maxTextBytes } = limits;
  const kind = isHtml(start) ? 'html' : kindFromFileName(input.fileName)?.name;
  const text = await readText(input, {
    maxBytes: maxTextBytes,
    encoding: readEncoding(params['encoding']),
    warn,
    ...(kind === 'html' && { findEncoding: () => findDeclaredEncoding(start) }),
  });
  switch (kind) {
    case 'html': {
      const { readHtml } = await import('./document/html-text.js');
      const isXml = looksLikeXhtml(start, input.fileName);
      return { text: readHtml(text, { maxTextBytes, isXml, warn }), paragraphs: 'blank-lines' };
    }
    case 'markdown':
      return (await import('./document/markdown-text.js')).markdownToText(text, { maxTextBytes, warn });
    case 'csv':
      return { text, paragraphs: 'lines' };
    case 'subtitles':
      return { text: (await import('./document/subtitles-text.js')).subtitlesToText(text) };
    default: {
      // remove terminal escape sequences, such as color codes
      const plain = text.includes('\x1b') ? stripVTControlCharacters(text) : text;
      return { text: plain, ...(kind === 'log' && { paragraphs: 'lines' as const }), ...findPages(plain) };
    }
  }
}

/** Returns the ranges of the pages between form feeds, without an empty last page, or `{}` if the text has no form feeds. */
function findPages(text: string): Pick<DocumentText, 'pages'> {
  if (!text.includes('\f')) return {};
  let start = 0;
  const pages = text.split('\f').map((page) => {
    const range = { start, end: start + page.length };
    start = range.end + 1;
    return range;
  });
  const isLastPageEmpty = pages.at(-1)?.start === pages.at(-1)?.end;
  return { pages: isLastPageEmpty ? pages.slice(0, -1) : pages };
}

function readEncoding(value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new ModuleError(`Expected the parameter encoding to be the name of an encoding, got ${formatValue(value)}.`);
}

/** Returns the first bytes of a file as Latin-1, without a UTF-8 byte order mark or leading whitespace. */
async function readStart(input: ModuleInput): Promise<string> {
  const start = input.content ? Buffer.from(input.content).subarray(0, startBytes) : await readFileStart(input.path);
  return start.toString('latin1').replace(/^(\xef\xbb\xbf)?[\s]*/, '');
}

const startBytes = 2048;

async function readFileStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns whether an HTML page is probably XHTML, in which any element can be self-closing, such as `<title/>`. */
function looksLikeXhtml(start: string, fileName: string): boolean {
  return (
    /^<\?xml\s|^[^>]*XHTML|xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/i.test(start) ||
    /\.xht(ml)?$/i.test(fileName)
  );
}

function findDeclaredEncoding(start: string): string | undefined {
  const xmlMatch = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/i.exec(start);
  return (xmlMatch ?? /<meta[^>]+charset\s*=\s*["']?([\w.:-]+)/i.exec(start))?.[1];
}

async function readWithinLimit(input: ModuleInput, noun: string, { limits }: Pick<Context, 'limits'>): Promise<Buffer> {
  const size = input.content?.length ?? (await stat(input.path)).size;
  if (size <= limits.maxExpandedBytes) return input.content ? Buffer.from(input.content) : readFile(input.path);
  throw new ModuleError(
    `Expected the ${noun} to have at most ${limits.maxExpandedBytes} bytes, got ${size}. Split it, or raise the server's limit (maxExpandedBytes).`,
  );
}
