import type { Language, Recognition } from './tesseract.js';
/**
 * Recognises the text in an image with tesseract.js and the language data in its npm packages.
 *
 * @throws `ModuleError` if the language is not installed, or a different error if the image cannot be read.
 */
export declare function recognizeWithLibrary(path: string, language: Language, signal: AbortSignal): Promise<Recognition>;
