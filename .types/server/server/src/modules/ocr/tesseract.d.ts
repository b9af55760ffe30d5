/** Tesseract's name for a language. */
export type Language = 'eng' | 'spa';
/** Tesseract's result for an image. */
export interface Recognition {
    readonly text: string;
    /** One row for each word and each group of words, in Tesseract's TSV format. */
    readonly tsv: string;
}
/** A recognised word and its bounding box, in pixels. */
interface Word {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
    readonly text: string;
    /** Confidence, from 0 to 100. */
    readonly conf: number;
}
/**
 * Returns a model's language.
 *
 * @throws `ModuleError` if the model is not in the catalogue.
 */
export declare function languageOf(model: string): Language;
/**
 * Parses the words in Tesseract's table, in reading order. Columns: level, five numbers, left, top, width, height, conf, text.
 */
export declare function wordsOf(tsv: string): Word[];
export {};
