import type { PunktLanguage } from './punkt-language.js';
/**
 * Returns whether a sentence ends within a candidate's context, which consists of the word before the punctuation mark, the mark
 * itself, and the next token. A break after the context's last token does not count.
 */
export declare function containsBreak(context: string, language: PunktLanguage): boolean;
