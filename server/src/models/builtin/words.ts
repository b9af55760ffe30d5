/** Lower case and without accents, so that a query needs neither. Scripts that put no space between words give pairs of letters. */
export function* wordsOf(text: string): Generator<string> {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
  for (const [run] of folded.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const letters = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(run)
      ? Array.from(run)
      : [];
    if (letters.length <= 2) yield run;
    else for (let i = 0; i + 1 < letters.length; i += 1) yield `${letters[i] ?? ''}${letters[i + 1] ?? ''}`;
  }
}
