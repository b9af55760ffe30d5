import { readXml } from './read-xml.js';

/** Returns whether the text in a part of an Office document contains a letter, rather than only a page number, for example. */
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
