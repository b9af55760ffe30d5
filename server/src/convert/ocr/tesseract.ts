import { ModuleError } from '../../module-contract/module.js';

/** Tesseract's name for a language, or several joined by `+`: `eng+spa`. */
export type Language = string;

/** Tesseract's result for an image. */
export interface Recognition {
  readonly text: string;
  /** One row for each word and each group of words, in Tesseract's TSV format. */
  readonly tsv: string;
}

/** A recognised word and its bounding box, in pixels. */
export interface Word {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** Confidence, from 0 to 100. */
  readonly conf: number;
}

const languages: Readonly<Record<string, Language>> = { 'tesseract-en': 'eng', 'tesseract-es': 'spa' };

/**
 * Returns a model's language.
 *
 * @throws `ModuleError` if the model is not in the catalogue.
 */
export function languageOf(model: string): Language {
  const language = Object.hasOwn(languages, model) ? languages[model] : undefined;
  if (language) return language;
  throw new ModuleError(`Expected the ocr model to be ${Object.keys(languages).join(' or ')}, got ${model}.`);
}

/** The lowest of Tesseract's layout levels: page, block, paragraph, line and word. */
const wordLevel = '5';

/** A recognised line of text, with its bounding box in pixels. */
export interface RecognizedLine {
  readonly words: readonly Word[];
  /** Identifies the paragraph. */
  readonly paragraph: string;
}

/** Parses the lines in Tesseract's table, in reading order. */
export function linesOf(tsv: string): RecognizedLine[] {
  const lines = new Map<string, { words: Word[]; paragraph: string }>();
  for (const row of tsv.split('\n')) {
    const [word] = wordsOf(row);
    if (!word) continue;
    const [block = '', paragraph = '', line = ''] = row.split('\t').slice(2, 5);
    const known = lines.get(`${block} ${paragraph} ${line}`);
    if (known) known.words.push(word);
    else lines.set(`${block} ${paragraph} ${line}`, { words: [word], paragraph: `${block} ${paragraph}` });
  }
  return [...lines.values()];
}

/**
 * Parses the words in Tesseract's table, in reading order. Columns: level, five numbers, left, top, width, height, conf, text.
 */
export function wordsOf(tsv: string): Word[] {
  return tsv.split('\n').flatMap((row) => {
    const columns = row.split('\t');
    const text = columns[11]?.replace(/\r$/, '') ?? '';
    if (columns[0] !== wordLevel || text.trim() === '') return [];
    const [left = 0, top = 0, width = 0, height = 0, conf = 0] = columns.slice(6, 11).map(Number);
    return [{ left, top, width, height, text, conf: Math.round(conf * 100) / 100 }];
  });
}
