import { readXml } from './read-xml.js';

/** Elements that contain the names of series and categories. Values (`c:v`) in other elements are numbers. */
const nameElements = new Set(['c:strCache', 'c:strLit', 'c:multiLvlStrCache']);

/** Reads the titles, labels, series names and category names of a chart or diagram, without duplicates. */
export function readDrawingLines(part: Buffer, kind: string): string[] {
  const lines = new Set<string>();
  let line = '';
  let inText = false;
  let inNames = false;
  const endLine = (): void => {
    if (line.trim() !== '') lines.add(line.replaceAll(/\s+/g, ' ').trim());
    line = '';
  };
  readXml(part, kind, {
    open(name) {
      if (nameElements.has(name)) inNames = true;
      inText = name === 'a:t' || (name === 'c:v' && inNames);
      if (name === 'a:br') line += ' ';
    },
    text(text) {
      if (inText) line += text;
    },
    close(name) {
      inText = false;
      if (nameElements.has(name)) inNames = false;
      if (name === 'a:p' || name === 'c:v') endLine();
    },
  });
  endLine();
  return [...lines];
}
