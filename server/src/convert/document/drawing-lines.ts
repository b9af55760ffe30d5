import { readXml } from './read-xml.js';

/** Elements whose values are the names of series and categories. */
const names = new Set(['c:strCache', 'c:strLit', 'c:multiLvlStrCache']);

/** Returns the titles, labels, and names of series and categories of a chart or diagram, without duplicates. */
export function drawingLines(part: Buffer, kind: string): string[] {
  const lines = new Set<string>();
  let line = '';
  let inText = false;
  /** Whether the values are names rather than numbers. */
  let isNames = false;
  const end = (): void => {
    if (line.trim() !== '') lines.add(line.replaceAll(/\s+/g, ' ').trim());
    line = '';
  };
  readXml(part, kind, {
    open(name) {
      if (names.has(name)) isNames = true;
      inText = name === 'a:t' || (name === 'c:v' && isNames);
      if (name === 'a:br') line += ' ';
    },
    text(text) {
      if (inText) line += text;
    },
    close(name) {
      inText = false;
      if (names.has(name)) isNames = false;
      if (name === 'a:p' || name === 'c:v') end();
    },
  });
  end();
  return [...lines];
}
