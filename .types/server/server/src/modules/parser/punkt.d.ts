import type { PunktLanguage } from './punkt-language.js';
/** A range of text. `end` is exclusive. */
interface Span {
    readonly start: number;
    readonly end: number;
}
/**
 * Splits text into sentences with Punkt (Kiss and Strunk, "Unsupervised Multilingual Sentence Boundary Detection", 2006).
 * This is a port of the NLTK 3.8 tokenizer (Apache-2.0). It yields the same sentences and runs in linear time.
 */
export declare function punktSentences(text: string, language: PunktLanguage): Generator<Span>;
export {};
