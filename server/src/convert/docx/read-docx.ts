import { posix } from 'node:path';
import { ModuleError, type ModuleLimits, type Warn } from '../../module-contract/module.js';
import { readDrawingLines } from '../document/drawing-lines.js';
import { hasWords } from '../document/has-words.js';
import { htmlToText } from '../document/html-text.js';
import { readRelationships } from '../document/relationships.js';
import type { ZipArchive } from '../document/zip-archive.js';
import { readEmbeddedLines } from './embedded-file.js';
import { Numbering } from './numbering.js';
import { Notes } from './notes.js';
import { simplifyBody, simplifyNotes, type PartContext } from './simplify-part.js';
import { bodyToHtml, notesToHtml, type HtmlChunk } from './to-html.js';
import { WordStyles } from './word-styles.js';

interface Context {
  readonly limits: Pick<ModuleLimits, 'maxTextBytes'>;
  readonly warn: Warn;
}

/**
 * Returns the text of a Word document's body, including tables, text boxes, charts, diagrams and embedded files, followed by its notes.
 * Outside tables, paragraphs and line breaks start new lines. A table row is one line, or one block per cell if a cell is long and has
 * several lines. Headers, footers, comments, hidden text, pictures and unreadable symbols are left out, with warnings.
 *
 * @throws `ModuleError` if the document is damaged, has no text, or exceeds a limit.
 */
export async function readDocx(archive: ZipArchive, { limits, warn }: Context): Promise<string> {
  const name = archive.names.find((part) => /^word\/document\d*\.xml$/.test(part));
  const body = name === undefined ? undefined : archive.read(name);
  if (name === undefined || !body)
    throw new ModuleError('The DOCX is damaged: its text part is missing. Save it again, and send the new file.');
  const omittedCounts = { hidden: 0, pictures: 0 };
  const numbering = findPart(archive, 'numbering');
  const notes = new Notes();
  const context: PartContext = {
    numbering: new Numbering(numbering),
    styles: new WordStyles(findPart(archive, 'styles')),
    readRelatedLines: await createRelatedPartReader(archive, name, { limits, warn }),
    assignNoteNumber: (kind, id) => notes.assignNumber(kind, id),
    omittedCounts,
  };
  for (const kind of ['footnote', 'endnote'] as const) {
    const part = findPart(archive, `${kind}s`);
    // paragraph numbering in notes is separate from the body's, and references between notes are left out
    const noteContext = { ...context, numbering: new Numbering(numbering), assignNoteNumber: () => undefined };
    if (part) notes.add(kind, simplifyNotes(part, noteContext));
  }
  const htmlChunks: HtmlChunk[] = [];
  for (const content of simplifyBody(body, context)) htmlChunks.push(await bodyToHtml(content));
  for await (const chunk of notesToHtml(notes.numberedContents)) htmlChunks.push(chunk);
  const html = htmlChunks.map((chunk) => chunk.html).join('');
  const text = htmlToText(html, { maxTextBytes: limits.maxTextBytes, isConvertedDocument: true });
  if (text.trim() === '') throw new ModuleError(describeMissingText(omittedCounts.pictures));
  const symbols = htmlChunks.reduce((sum, chunk) => sum + chunk.omittedSymbolCount, 0);
  warnAboutOmissions(archive, { ...omittedCounts, symbols }, warn);
  return text;
}

/** Returns a function that reads the lines of related parts. Embedded files are read in advance, because reading them is asynchronous. */
async function createRelatedPartReader(
  archive: ZipArchive,
  documentPath: string,
  context: Context,
): Promise<PartContext['readRelatedLines']> {
  const relationships = readRelationships(archive, documentPath);
  const embeddedLinesById = new Map<string, readonly string[]>();
  for (const [id, { type, path }] of relationships) {
    if (type.endsWith('/aFChunk'))
      embeddedLinesById.set(id, await readEmbeddedLines(path, archive.read(path), context));
  }
  return (kind, id) => {
    if (kind === 'file') return embeddedLinesById.get(id) ?? [];
    const part = archive.read(relationships.get(id)?.path ?? '');
    return part ? readDrawingLines(part, 'DOCX') : [];
  };
}

function findPart(archive: ZipArchive, name: string): Buffer | undefined {
  const partName = archive.names.find((part) => new RegExp(`^word/${name}\\d*\\.xml$`).test(part));
  return partName === undefined ? undefined : archive.read(partName);
}

function describeMissingText(pictureCount: number): string {
  return pictureCount > 0
    ? 'The DOCX contains no text, because it has only pictures. Save them as PNG or JPEG, and process them with ocr.'
    : 'The DOCX contains no text, because it is empty. Send a file with text.';
}

function warnAboutOmissions(
  archive: ZipArchive,
  omittedCounts: { hidden: number; pictures: number; symbols: number },
  warn: Warn,
): void {
  if (omittedCounts.hidden > 0) warn({ code: 'hidden-text', message: 'Hidden text was left out.' });
  if (omittedCounts.pictures > 0) {
    const message = `${formatCountWithVerb(omittedCounts.pictures, 'picture')} left out. Text in pictures is not read.`;
    warn({ code: 'pictures-left-out', message });
  }
  if (omittedCounts.symbols > 0)
    warn({
      code: 'unreadable-symbols',
      message: `${formatCountWithVerb(omittedCounts.symbols, 'symbol')} left out, because no matching character is known.`,
    });
  for (const [code, message, pattern] of leftOutParts) {
    const part = archive.names.find((name) => pattern.test(name) && hasWords(archive.read(name), 'DOCX'));
    if (part !== undefined) warn({ code, message, part: posix.basename(part, '.xml') });
  }
}

const leftOutParts: readonly (readonly [code: string, message: string, pattern: RegExp])[] = [
  ['headers-left-out', 'Headers and footers were left out.', /^word\/(?:header|footer)\d*\.xml$/],
  ['comments-left-out', 'Comments were left out.', /^word\/comments\d*\.xml$/],
];

const formatCountWithVerb = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun} was` : `${count} ${noun}s were`;
