import { ModuleError, type Warn } from '../../module-contract/module.js';
import type { OcrResult } from './ocr-pages.js';
import { maxAnnotations, type Page } from './page-state.js';
import { formatPages } from './format-pages.js';

/** Warns about pages with text that is incomplete, probably wrong, or read by OCR. @throws `ModuleError` if no page has readable text. */
export function warnAboutPages({ pages, rotatedPages, problem }: OcrResult, usesOcr: boolean, warn: Warn): void {
  const findPageNumbers = (isMatch: (page: Page) => boolean): number[] =>
    pages.flatMap((page, i) => (isMatch(page) ? [i + 1] : []));
  const warnIfAny = (code: string, numbers: readonly number[], message: (pageList: string) => string): void => {
    if (numbers.length === 0) return;
    warn({ code, message: message(formatPages(numbers)), ...(numbers.length === 1 && { page: numbers[0] }) });
  };
  const hint = createHint(usesOcr, problem);
  const pagesWithText = findPageNumbers(({ lines }) => lines.length > 0);
  const imagePages = findPageNumbers(({ state }) => state === 'image');
  const unreadablePages = findPageNumbers(({ isUnreadable }) => isUnreadable);
  if (pagesWithText.length === 0) {
    throw new ModuleError(
      imagePages.length > 0
        ? `The PDF contains no text, because its pages are scanned images. ${hint}`
        : 'The PDF contains no text, because its pages are empty. Send a file with text.',
    );
  }
  if (unreadablePages.length === pagesWithText.length) {
    throw new ModuleError(`The PDF's text cannot be read, because its fonts do not map characters to Unicode. ${hint}`);
  }
  warnIfAny(
    'damaged-page',
    findPageNumbers(({ state }) => state === 'damaged'),
    (pageList) => `The PDF is damaged, so ${pageList} could not be read. Save the PDF again, and send the new file.`,
  );
  warnIfAny('page-without-text', imagePages, (pageList) => `There is no text on ${pageList}, only an image. ${hint}`);
  warnIfAny(
    'page-without-text',
    findPageNumbers(({ state }) => state === 'stamp'),
    (pageList) => `There are only a few words on ${pageList}, besides a large image. ${hint}`,
  );
  warnIfAny(
    'unreadable-font',
    unreadablePages,
    (pageList) =>
      `The text is probably wrong on ${pageList}, because the fonts do not map characters to Unicode. ${hint}`,
  );
  warnIfAny(
    'unreadable-font',
    findPageNumbers(({ isUnreadable, hasBrokenWords }) => hasBrokenWords && !isUnreadable),
    (pageList) => `Some characters are missing on ${pageList}, because the fonts do not map them to Unicode.`,
  );
  warnIfAny(
    'annotation-left-out',
    findPageNumbers(({ hasTooManyAnnotations }) => hasTooManyAnnotations === true),
    (pageList) => `Only the first ${maxAnnotations} annotations and form fields were read on ${pageList}.`,
  );
  warnIfAny(
    'text-outside-page',
    findPageNumbers(({ hasTextOutsidePage }) => hasTextOutsidePage === true),
    (pageList) => `Text outside the visible part was left out on ${pageList}.`,
  );
  warnIfAny(
    'signature-left-out',
    findPageNumbers(({ hasSignature }) => hasSignature === true),
    (pageList) => `The appearance of a signature was left out on ${pageList}.`,
  );
  const confidences = pages.flatMap(({ confidence }) => confidence ?? []);
  const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length;
  warnIfAny(
    'read-by-ocr',
    findPageNumbers(({ confidence }) => confidence !== undefined),
    (pageList) => `The text on ${pageList} was read by OCR, with a mean confidence of ${Math.round(100 * mean)}%.`,
  );
  warnIfAny(
    'page-turned',
    rotatedPages,
    (pageList) => `The text on ${pageList} was not upright, and was rotated for OCR.`,
  );
}

function createHint(usesOcr: boolean, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  return usesOcr ? 'OCR found nothing more.' : 'Set the parameter ocr to auto, so that such pages are read by OCR.';
}
