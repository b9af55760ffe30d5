import type { ModuleContext } from '../../module-contract/module.js';
import type { Language, Recognition } from './tesseract.js';
import { recognizeWithLibrary } from './with-library.js';
import { findTesseract, recognizeWithProgram } from './with-program.js';

/**
 * Recognizes the text in an image file. Uses the installed `tesseract` program if possible, because it is faster than tesseract.js
 * and needs a quarter of the memory.
 *
 * @throws `ModuleError` if a language is not installed, or a different error if OCR fails or is aborted.
 */
export async function recognize(
  path: string,
  language: Language,
  { scratch, signal }: Pick<ModuleContext, 'scratch' | 'signal'>,
): Promise<Recognition> {
  const program = await findTesseract(language);
  return program === undefined
    ? await recognizeWithLibrary(path, language, signal)
    : await recognizeWithProgram(program, path, language, scratch, signal);
}
