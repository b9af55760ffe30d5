import { ModuleError } from '../../module-contract/module.js';
import { Lines } from './lines.js';
import { readXml } from './read-xml.js';
import type { ZipArchive } from './zip-archive.js';

/** Elements whose text is not visible: tracked deletions, and fallbacks that duplicate other content. */
const hiddenElements = new Set(['w:del', 'w:moveFrom', 'mc:Fallback']);

/** Returns the text in a Word document's body, including tables and text boxes. Each paragraph is a line. */
export function readDocx(archive: ZipArchive, maxTextBytes: number): string {
  const name = archive.names.find((part) => /^word\/document\d*\.xml$/.test(part));
  const body = name === undefined ? undefined : archive.read(name);
  if (!body)
    throw new ModuleError('The DOCX is damaged: its text part is missing. Save it again, and send the new file.');
  const lines = new Lines(maxTextBytes);
  let hidden = 0;
  let inText = false;
  readXml(body, 'DOCX', {
    open(element) {
      if (hiddenElements.has(element)) hidden++;
      else if (element === 'w:t') inText = true;
      else if (hidden === 0 && element === 'w:tab') lines.add('\t');
      else if (hidden === 0 && (element === 'w:br' || element === 'w:cr')) lines.newline();
    },
    text(text) {
      if (inText && hidden === 0) lines.add(text.replaceAll(/\s/g, ' '));
    },
    close(element) {
      if (hiddenElements.has(element)) hidden--;
      else if (element === 'w:t') inText = false;
      else if (element === 'w:p' && hidden === 0) lines.newline();
    },
  });
  return lines.toString();
}
