import { readXml } from './read-xml.js';

/** Returns whether the text of an Office document's part contains a letter. A header can contain only a page number. */
export function hasWords(part: Buffer | undefined, kind: string): boolean {
  let inText = false;
  let found = false;
  if (!part) return false;
  readXml(part, kind, {
    // `p:text` is the text of a comment in a presentation
    open: (name) => void (inText = name === 'w:t' || name === 'a:t' || name === 'p:text'),
    text: (text) => void (found ||= inText && /\p{L}/u.test(text)),
    close: () => void (inText = false),
  });
  return found;
}
