import { ModuleError } from '../../module-contract/module.js';

/** Tesseract's name for a language, or several names joined by `+`, such as `eng+spa`. */
export type Language = string;

/** Tesseract's output for an image. */
export interface Recognition {
  readonly text: string;
  /** One row for each page, block, paragraph, line and word, in Tesseract's TSV format. */
  readonly tsv: string;
}

/** A recognized word and its bounding box, in pixels. */
export interface Word {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** The confidence, from 0 to 100. */
  readonly conf: number;
}

const languageByModel: Readonly<Record<string, Language>> = { 'tesseract-en': 'eng', 'tesseract-es': 'spa' };

/**
 * Returns the language of an OCR model.
 *
 * @throws `ModuleError` if the model does not exist.
 */
export function getLanguage(model: string): Language {
  const language = Object.hasOwn(languageByModel, model) ? languageByModel[model] : undefined;
  if (language) return language;
  throw new ModuleError(`Expected the ocr model to be ${Object.keys(languageByModel).join(' or ')}, got ${model}.`);
}

/** The level of a word in Tesseract's TSV output. Levels 1 to 4 are pages, blocks, paragraphs and lines. */
const wordLevel = '5';

export interface RecognizedLine {
  readonly words: readonly Word[];
  /** The ID of the line's paragraph, unique on the page. */
  readonly paragraphId: string;
}

/** Parses the lines in Tesseract's TSV output, in reading order. Leaves out lines without words. */
export function parseLines(tsv: string): RecognizedLine[] {
  const lines = new Map<string, { words: Word[]; paragraphId: string }>();
  for (const row of tsv.split('\n')) {
    const [word] = parseWords(row);
    if (!word) continue;
    const [block = '', paragraph = '', line = ''] = row.split('\t').slice(2, 5);
    const existing = lines.get(`${block} ${paragraph} ${line}`);
    if (existing) existing.words.push(word);
    else lines.set(`${block} ${paragraph} ${line}`, { words: [word], paragraphId: `${block} ${paragraph}` });
  }
  return [...lines.values()];
}

/**
 * Parses the words in Tesseract's TSV output, in reading order. Leaves out blank words. The columns are level, page, block, paragraph,
 * line, word, left, top, width, height, conf and text.
 */
export function parseWords(tsv: string): Word[] {
  return tsv.split('\n').flatMap((row) => {
    const columns = row.split('\t');
    const text = columns[11]?.replace(/\r$/, '') ?? '';
    if (columns[0] !== wordLevel || text.trim() === '') return [];
    const [left = 0, top = 0, width = 0, height = 0, conf = 0] = columns.slice(6, 11).map(Number);
    return [{ left, top, width, height, text, conf: Math.round(conf * 100) / 100 }];
  });
}
