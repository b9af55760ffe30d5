/** Matches invisible characters, such as soft hyphens, joiners and variation selectors, but not zero-width spaces, which separate words. */
const invisible = /(?!\u200b)\p{Default_Ignorable_Code_Point}/gu;

/**
 * Matches letters and digits of any script, with their combining marks. All other characters separate words, except full stops and
 * commas directly after a digit: `17.` and `10,440` are words.
 */
const wordPattern = /(?:[\p{L}\p{N}]\p{M}*|(?<=\p{Nd})[.,])+/gu;

const asciiWord = /^[a-z]+$/;
const ascii = /^[\0-\x7f]*$/;

/**
 * Splits a token without whitespace into lower-case words in Unicode normalization form C. `Sub-Librarian` and `don't` each yield two
 * words.
 */
export function splitIntoWords(token: string): readonly string[] {
  if (asciiWord.test(token)) return [token];
  if (ascii.test(token)) return token.toLowerCase().match(wordPattern) ?? [];
  const parts = token.replaceAll(invisible, '').match(wordPattern) ?? [];
  return parts.map((word) => word.toLowerCase().normalize('NFC'));
}

/**
 * English words that are not keywords: NLTK's 179 stop words. The words with apostrophes are included only for completeness, because a
 * keyword never contains an apostrophe.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `i me my myself we our ours ourselves you you're you've you'll you'd your yours yourself yourselves he him his himself
  she she's her hers herself it it's its itself they them their theirs themselves what which who whom this that that'll
  these those am is are was were be been being have has had having do does did doing a an the and but if or because as
  until while of at by for with about against between into through during before after above below to from up down in
  out on off over under again further then once here there when where why how all any both each few more most other some
  such no nor not only own same so than too very s t can will just don don't should should've now d ll m o re ve y ain
  aren aren't couldn couldn't didn didn't doesn doesn't hadn hadn't hasn hasn't haven haven't isn isn't ma mightn mightn't
  mustn mustn't needn needn't shan shan't shouldn shouldn't wasn wasn't weren weren't won won't wouldn wouldn't`.split(
    /\s+/,
  ),
);
