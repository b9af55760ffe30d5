import { readXml } from './read-xml.js';

/** Elements that contain the names of series and categories. Values (`c:v`) in other elements are not read; most are numbers. */
const nameElements = new Set(['c:strCache', 'c:strLit', 'c:multiLvlStrCache', 'c:tx']);

/** Reads the titles, labels, series names and category names of a chart or diagram, without duplicates. */
export function readDrawingLines(part: Buffer, kind: string): string[] {
  const lines = new Set<string>();
  let line = '';
  let isInText = false;
  let isInNames = false;
  const endLine = (): void => {
    if (line.trim() !== '') lines.add(line.replaceAll(/\s+/g, ' ').trim());
    line = '';
  };
  readXml(part, kind, {
    open(name) {
      if (nameElements.has(name)) isInNames = true;
      isInText = name === 'a:t' || (name === 'c:v' && isInNames);
      if (name === 'a:br') line += ' ';
    },
    text(text) {
      if (isInText) line += text;
    },
    close(name) {
      isInText = false;
      if (nameElements.has(name)) isInNames = false;
      if (name === 'a:p' || name === 'c:v') endLine();
    },
  });
  endLine();
  return [...lines];
}
