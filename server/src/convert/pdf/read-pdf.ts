import { setImmediate } from 'node:timers/promises';
import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import { createTextTooLargeError } from '../document/lines.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import { readPagesByOcr, type OcrResult } from './ocr-pages.js';
import { damagedPage, maxAnnotations, readPage, type Page } from './page-state.js';
import { PdfDocument, type OpenFailure } from './pdf-document.js';
import { joinPages } from './join-pages.js';
import { warnAboutPages } from './warn-about-pages.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'warn' | 'scratch' | 'progress'>;

const maxPages = 50_000;
/** Maximum number of characters and drawn objects in a PDF. An annotation counts as `objectsPerAnnotation` objects. */
const maxObjects = 100_000_000;
const objectsPerAnnotation = 100;
/** The time for which pages are read before yielding to the event loop, in milliseconds. */
const yieldIntervalMs = 50;

/**
 * Reads the text of a PDF. Blank lines separate paragraphs, and tabs separate the cells of a line. The options determine which pages are
 * read by OCR.
 *
 * @throws `ModuleError` if the PDF cannot be decrypted, is damaged, contains no readable text, or exceeds a limit. Also throws if
 *   OCR fails and `ocr` is `always`, or if OCR fails because of a system error.
 */
export async function readPdf(bytes: Uint8Array, options: OcrOptions, context: Context): Promise<DocumentText> {
  const outcome = await PdfDocument.use(bytes, async (document): Promise<OcrResult> => {
    const pages = await readPages(document, context);
    if (pages.every(({ state }) => state === 'damaged')) throw createOpenError('damaged');
    warnAboutDocument(document, context.warn);
    return readPagesByOcr(document, pages, options, context);
  });
  if (typeof outcome === 'string') throw createOpenError(outcome);
  warnAboutPages(outcome, options.ocr !== 'never', context.warn);
  return joinPages(outcome.pages);
}

async function readPages(document: PdfDocument, { limits, signal }: Context): Promise<Page[]> {
  const { pageCount } = document;
  if (pageCount > maxPages) {
    throw new ModuleError(`Expected the PDF to have at most ${maxPages} pages, got ${pageCount}. Split it.`);
  }
  const pages: Page[] = [];
  let textBytes = 0;
  let objectCount = 0;
  let start = performance.now();
  for (let i = 0; i < pageCount; i++) {
    if (performance.now() - start > yieldIntervalMs) {
      await setImmediate();
      signal.throwIfAborted();
      start = performance.now();
    }
    const page =
      document.usePage(i, (pdfPage) => {
        const result = readPage(pdfPage);
        objectCount +=
          pdfPage.objectAndCharCount + objectsPerAnnotation * Math.min(maxAnnotations, pdfPage.annotationCount);
        return result;
      }) ?? damagedPage;
    for (const { text } of page.lines) textBytes += Buffer.byteLength(text) + 1;
    if (textBytes > limits.maxTextBytes) throw createTextTooLargeError(limits.maxTextBytes);
    if (objectCount > maxObjects) {
      throw new ModuleError(
        `Expected the PDF to have at most ${maxObjects} characters and drawn objects, got more. Split it.`,
      );
    }
    pages.push(page);
  }
  return pages;
}

function warnAboutDocument(document: PdfDocument, warn: Context['warn']): void {
  if (document.isRepaired) {
    warn({
      code: 'damaged-document',
      message: 'The PDF is damaged or cut off, so parts of it may be missing. Save it again, and send the new file.',
    });
  }
  if (document.isFullXfaForm) {
    warn({
      code: 'xfa-form',
      message:
        'The PDF is an XFA form, whose content only Adobe Reader can show. Print it to a PDF, and send that file.',
    });
  }
  const count = document.attachmentCount;
  if (count > 0) {
    const subject = count === 1 ? 'A file attached to the PDF was' : `${count} files attached to the PDF were`;
    warn({ code: 'attachment-left-out', message: `${subject} left out. Send attachments separately.` });
  }
}

function createOpenError(failure: OpenFailure): ModuleError {
  return new ModuleError(
    {
      password: 'The PDF is password-protected. Send a copy without a password.',
      encryption: 'The PDF uses an unsupported encryption method. Send a copy without encryption.',
      damaged: 'The PDF is damaged or cut off. Save it again, and send the new file.',
    }[failure],
  );
}
