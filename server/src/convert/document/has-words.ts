import { readXml } from './read-xml.js';

/** Returns whether a part of an Office document has words, not just a page number. */
export function hasWords(part: Buffer | undefined, kind: string): boolean {
  let inText = false;
  let found = false;
  if (!part) return false;
  readXml(part, kind, {
    // the comments of presentations have elements of their own
    open: (name) => void (inText = name === 'w:t' || name === 'a:t' || name === 'p:text'),
    text: (text) => void (found ||= inText && /\p{L}/u.test(text)),
    close: () => void (inText = false),
  });
  return found;
}
