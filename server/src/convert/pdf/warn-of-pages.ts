import { ModuleError, type Warn } from '../../module-contract/module.js';
import type { OcrOutcome } from './ocr-pages.js';
import { maxAnnotations, type Page } from './page-state.js';
import { showPages } from './show-pages.js';

/** Warns about pages that could not be read, or were read by OCR. @throws `ModuleError` if no page has readable text. */
export function warnOfPages({ pages, turned, problem }: OcrOutcome, usesOcr: boolean, warn: Warn): void {
  const numbersOf = (isMatch: (page: Page) => boolean): number[] =>
    pages.flatMap((page, i) => (isMatch(page) ? [i + 1] : []));
  const warnOf = (code: string, numbers: readonly number[], message: (pages: string) => string): void => {
    if (numbers.length === 0) return;
    warn({ code, message: message(showPages(numbers)), ...(numbers.length === 1 && { page: numbers[0] }) });
  };
  const hint = hintOf(usesOcr, problem);
  const texts = numbersOf(({ lines }) => lines.length > 0);
  const images = numbersOf(({ state }) => state === 'image');
  const unreadable = numbersOf(({ isUnreadable }) => isUnreadable);
  if (texts.length === 0) {
    throw new ModuleError(
      images.length > 0
        ? `The PDF contains no text, because its pages are scanned images. ${hint}`
        : 'The PDF contains no text, because its pages are empty. Send a file with text.',
    );
  }
  if (unreadable.length === texts.length) {
    throw new ModuleError(
      `The PDF's text cannot be read, because its fonts do not say which characters they show. ${hint}`,
    );
  }
  warnOf(
    'damaged-page',
    numbersOf(({ state }) => state === 'damaged'),
    (shown) => `Damaged, and therefore left out: ${shown}. Save the PDF again, and send the new file.`,
  );
  warnOf('page-without-text', images, (shown) => `No text on ${shown}: only an image. ${hint}`);
  warnOf(
    'page-without-text',
    numbersOf(({ state }) => state === 'stamp'),
    (shown) => `Only a few words on ${shown}, on an image. ${hint}`,
  );
  warnOf(
    'unreadable-font',
    unreadable,
    (shown) =>
      `The text is probably wrong on ${shown}, because the fonts do not say which characters they show. ${hint}`,
  );
  warnOf(
    'unreadable-font',
    numbersOf(({ isUnreadable, hasBrokenWords }) => hasBrokenWords && !isUnreadable),
    (shown) => `Some characters are missing on ${shown}, because the fonts do not map them to Unicode.`,
  );
  warnOf(
    'annotation-left-out',
    numbersOf(({ hasMoreAnnotations }) => hasMoreAnnotations === true),
    (shown) => `Only the first ${maxAnnotations} annotations and form fields were read on ${shown}.`,
  );
  warnOf(
    'text-outside-page',
    numbersOf(({ hasTextOutside }) => hasTextOutside === true),
    (shown) => `Text outside the visible part was left out on ${shown}.`,
  );
  warnOf(
    'signature-left-out',
    numbersOf(({ hasSignature }) => hasSignature === true),
    (shown) => `The appearance of a signature was left out on ${shown}.`,
  );
  const confidences = pages.flatMap(({ confidence }) => confidence ?? []);
  const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length;
  warnOf(
    'read-by-ocr',
    numbersOf(({ confidence }) => confidence !== undefined),
    (shown) => `Read by OCR, with a mean confidence of ${Math.round(100 * mean)} %: ${shown}.`,
  );
  warnOf('page-turned', turned, (shown) => `Turned for OCR, because the text did not stand upright: ${shown}.`);
}

function hintOf(usesOcr: boolean, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  return usesOcr ? 'OCR found nothing more.' : 'Set the parameter ocr to auto, so that such pages are read by OCR.';
}
