import type { Language, Recognition } from './tesseract.js';
/** Finds the `tesseract` program on the PATH. Returns `undefined` if the program or its language data is not installed. */
export declare function findTesseract(language: Language): Promise<string | undefined>;
/**
 * Recognises the text in an image with the `tesseract` program.
 *
 * @throws If the program cannot read the image.
 */
export declare function recognizeWithProgram(program: string, path: string, language: Language, scratch: string, signal: AbortSignal): Promise<Recognition>;
