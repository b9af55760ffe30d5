import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import { ModuleError } from '../../module-contract/module.js';
import type { Language } from './tesseract.js';

/** Options for reading the pages of a document by OCR. */
export interface OcrOptions {
  /** The pages to read by OCR. `auto` selects pages with unreadable text, and pages with graphics and little or no text. */
  readonly ocr: 'auto' | 'never' | 'always';
  readonly language: Language;
}

export const defaultOcrOptions: OcrOptions = { ocr: 'auto', language: 'eng' };

/**
 * Reads the parameters `ocr` and `ocr_languages`.
 *
 * @throws `ModuleError` if a parameter is invalid.
 */
export function readOcrOptions(params: Readonly<Record<string, Json>>): OcrOptions {
  const { ocr = defaultOcrOptions.ocr, ocr_languages: language = defaultOcrOptions.language } = params;
  if (ocr !== 'auto' && ocr !== 'never' && ocr !== 'always') {
    throw new ModuleError(`Expected the parameter ocr to be auto, never or always, got ${formatValue(ocr)}.`);
  }
  if (typeof language !== 'string' || !/^[A-Za-z_]{2,30}(\+[A-Za-z_]{2,30}){0,9}$/.test(language)) {
    throw new ModuleError(
      `Expected the parameter ocr_languages to be Tesseract languages joined by +, such as eng or eng+spa, got ${formatValue(language)}.`,
    );
  }
  return { ocr, language };
}
