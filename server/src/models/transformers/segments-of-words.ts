import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';

const longestSeconds = 30;
const longestPause = 1;

/** Groups words into segments, which end with a sentence, at a pause, or at the longest duration. */
export function segmentsOfWords(words: readonly TranscribedWord[]): TranscribedSegment[] {
  const segments: TranscribedWord[][] = [];
  for (const word of words) {
    const current = segments.at(-1);
    const before = current?.at(-1);
    const goesOn =
      current?.[0] &&
      before &&
      !/[.!?。！？…]["')\]]*\s*$/u.test(before.text) &&
      word.start - before.end <= longestPause &&
      word.end - current[0].start <= longestSeconds;
    if (goesOn) current.push(word);
    else segments.push([word]);
  }
  return segments.map((own) => ({
    text: own.map(({ text }) => text).join(''),
    start: own[0]?.start ?? 0,
    end: own.at(-1)?.end ?? 0,
    noSpeechProb: null,
    confidence: null,
    words: own.map((word) => ({ ...word, text: word.text.trim() })),
  }));
}
