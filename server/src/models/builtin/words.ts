/**
 * Yields the words of a text, in lower case and without accents. For scripts without spaces between words, yields overlapping pairs of
 * characters.
 */
export function* extractWords(text: string): Generator<string> {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
  for (const [sequence] of folded.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const characters = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(sequence)
      ? Array.from(sequence)
      : [];
    if (characters.length <= 2) yield sequence;
    else for (let i = 0; i + 1 < characters.length; i += 1) yield `${characters[i] ?? ''}${characters[i + 1] ?? ''}`;
  }
}

/**
 * Function words of several languages, without accents. They carry little meaning, so they get little or no weight. Weighting by document
 * frequency would have a similar effect, but would make each vector depend on other documents.
 */
export const functionWords: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by can could
   did do does doing down during each few for from further had has have having he her here hers him his how i if in into is it
   its itself just me more most my no nor not now of off on once only or other our out over own same she should so some such
   than that the their them then there these they this those through to too under until up very was we were what when where
   which while who whom why will with would you your
   another anything around cannot else ever every everything get gets getting go goes got let lot many may maybe might much
   must need needs never one ought per please quite really shall since something still upon us whether whose within without yet
   al como con cual de del donde el ella ellas ellos en entre era es esta este esto fue ha han hasta la las lo los mas me mi
   muy nada ni no nos o para pero por porque que quien se ser si sin sobre son su sus tambien te un una uno y ya yo
   au aux avec ce ces dans des du elle est et eux il ils je le les leur lui ma mais mes ne notre nous on ou par pas pour qu
   qui sa ses sont sur ta tu une vos votre vous
   aber als am auch auf aus bei bin bis das dass dem den der des die doch du ein eine einem einen einer er es fur hat ich ihr
   im ist ja kann kein mit nach nicht noch nur oder sein sich sie sind und uns vom von vor war was wenn wie wir zu zum zur
   che ci di e gli ho il io lei ma ne nel non o per piu sei si sono su un
   a ao as com da das do dos em foi mais mas na nas no nos o os ou pela pelo sua suas seu seus um uma voce`.split(
    /\s+/,
  ),
);
