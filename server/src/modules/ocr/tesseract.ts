export interface Word {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** 0 to 100. */
  readonly conf: number;
}

/** Of the levels page, block, paragraph, line, word. */
const wordLevel = '5';

/** The words in Tesseract's table, in reading order. Columns: level, five numbers, left, top, width, height, conf, text. */
export function wordsOf(tsv: string): Word[] {
  return tsv.split('\n').flatMap((row) => {
    const columns = row.split('\t');
    const text = columns[11]?.replace(/\r$/, '') ?? '';
    if (columns[0] !== wordLevel || text.trim() === '') return [];
    const [left = 0, top = 0, width = 0, height = 0, conf = 0] = columns.slice(6, 11).map(Number);
    return [{ left, top, width, height, text, conf: Math.round(conf * 100) / 100 }];
  });
}
