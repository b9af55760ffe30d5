import { readXml } from './read-xml.js';

/** Returns whether a part of an Office document exists and its text contains a letter. A page number alone does not qualify. */
export function hasWords(part: Buffer | undefined, kind: string): boolean {
  let isInText = false;
  let hasLetter = false;
  if (!part) return false;
  readXml(part, kind, {
    // `p:text` is the text of a comment in a presentation
    open: (name) => void (isInText = name === 'w:t' || name === 'a:t' || name === 'p:text'),
    text: (text) => void (hasLetter ||= isInText && /\p{L}/u.test(text)),
    close: () => void (isInText = false),
  });
  return hasLetter;
}
