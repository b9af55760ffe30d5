import { ModuleError, type Warn } from '../../module-contract/module.js';
import type { OcrResult } from './ocr-pages.js';
import { maxAnnotations, type Page } from './page-state.js';
import { formatPages } from './format-pages.js';

/** Warns about pages that were not completely read, or were read by OCR. @throws `ModuleError` if no page has readable text. */
export function warnAboutPages({ pages, rotatedPages, problem }: OcrResult, usesOcr: boolean, warn: Warn): void {
  const findPageNumbers = (isMatch: (page: Page) => boolean): number[] =>
    pages.flatMap((page, i) => (isMatch(page) ? [i + 1] : []));
  const warnIfAny = (code: string, numbers: readonly number[], message: (pages: string) => string): void => {
    if (numbers.length === 0) return;
    warn({ code, message: message(formatPages(numbers)), ...(numbers.length === 1 && { page: numbers[0] }) });
  };
  const hint = createHint(usesOcr, problem);
  const withText = findPageNumbers(({ lines }) => lines.length > 0);
  const images = findPageNumbers(({ state }) => state === 'image');
  const unreadable = findPageNumbers(({ isUnreadable }) => isUnreadable);
  if (withText.length === 0) {
    throw new ModuleError(
      images.length > 0
        ? `The PDF contains no text, because its pages are scanned images. ${hint}`
        : 'The PDF contains no text, because its pages are empty. Send a file with text.',
    );
  }
  if (unreadable.length === withText.length) {
    throw new ModuleError(`The PDF's text cannot be read, because its fonts do not map characters to Unicode. ${hint}`);
  }
  warnIfAny(
    'damaged-page',
    findPageNumbers(({ state }) => state === 'damaged'),
    (shown) => `The PDF is damaged, so ${shown} could not be read. Save the PDF again, and send the new file.`,
  );
  warnIfAny('page-without-text', images, (shown) => `There is no text on ${shown}, only an image. ${hint}`);
  warnIfAny(
    'page-without-text',
    findPageNumbers(({ state }) => state === 'stamp'),
    (shown) => `There are only a few words on ${shown}, besides a large image. ${hint}`,
  );
  warnIfAny(
    'unreadable-font',
    unreadable,
    (shown) => `The text is probably wrong on ${shown}, because the fonts do not map characters to Unicode. ${hint}`,
  );
  warnIfAny(
    'unreadable-font',
    findPageNumbers(({ isUnreadable, hasBrokenWords }) => hasBrokenWords && !isUnreadable),
    (shown) => `Some characters are missing on ${shown}, because the fonts do not map them to Unicode.`,
  );
  warnIfAny(
    'annotation-left-out',
    findPageNumbers(({ hasMoreAnnotations }) => hasMoreAnnotations === true),
    (shown) => `Only the first ${maxAnnotations} annotations and form fields were read on ${shown}.`,
  );
  warnIfAny(
    'text-outside-page',
    findPageNumbers(({ hasTextOutside }) => hasTextOutside === true),
    (shown) => `Text outside the visible part was left out on ${shown}.`,
  );
  warnIfAny(
    'signature-left-out',
    findPageNumbers(({ hasSignature }) => hasSignature === true),
    (shown) => `The appearance of a signature was left out on ${shown}.`,
  );
  const confidences = pages.flatMap(({ confidence }) => confidence ?? []);
  const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length;
  warnIfAny(
    'read-by-ocr',
    findPageNumbers(({ confidence }) => confidence !== undefined),
    (shown) => `The text on ${shown} was read by OCR, with a mean confidence of ${Math.round(100 * mean)} %.`,
  );
  warnIfAny('page-turned', rotatedPages, (shown) => `The text on ${shown} was not upright, and was rotated for OCR.`);
}

function createHint(usesOcr: boolean, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  return usesOcr ? 'OCR found nothing more.' : 'Set the parameter ocr to auto, so that such pages are read by OCR.';
}
