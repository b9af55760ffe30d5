import { ModuleError } from '../../module-contract/module.js';

/** Tesseract's name for a language. */
export type Language = 'eng' | 'spa';

const languages: Readonly<Record<string, Language>> = { 'tesseract-en': 'eng', 'tesseract-es': 'spa' };

/** @throws `ModuleError` for a model that is none of the catalogue's. */
export function languageOf(model: string): Language {
  const language = Object.hasOwn(languages, model) ? languages[model] : undefined;
  if (language) return language;
  throw new ModuleError(`Expected the model of ocr to be ${Object.keys(languages).join(' or ')}, got ${model}.`);
}
