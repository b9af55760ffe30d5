/** Soft hyphens, joiners, variation selectors: nothing that is seen. A zero-width space does separate, as a space does. */
const invisible = /(?!\u200b)\p{Default_Ignorable_Code_Point}/gu;

/**
 * Letters and digits of any script, with their marks. Everything else separates, but for a full stop or a comma directly
 * after a digit: `17.` and `10,440` stay whole.
 */
const part = /(?:[\p{L}\p{N}]\p{M}*|(?<=\p{Nd})[.,])+/gu;

const plain = /^[a-z]+$/;
const ascii = /^[\0-\x7f]*$/;

/**
 * The words of a stretch of text without white space, in lower case: `Sub-Librarian` has two, `don't` too. Combining
 * characters are composed (NFC).
 */
export function wordsOf(token: string): readonly string[] {
  if (plain.test(token)) return [token];
  if (ascii.test(token)) return token.toLowerCase().match(part) ?? [];
  const parts = token.replaceAll(invisible, '').match(part) ?? [];
  return parts.map((word) => word.toLowerCase().normalize('NFC'));
}
