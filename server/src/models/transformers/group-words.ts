import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';

/** Maximum duration of a segment, and of a pause within it, in seconds. */
const maxSeconds = 30;
const maxPause = 1;

/** Groups words into segments. A segment ends after a sentence, at a pause, or before it exceeds the maximum duration. */
export function groupWords(words: readonly TranscribedWord[]): TranscribedSegment[] {
  const segments: TranscribedWord[][] = [];
  for (const word of words) {
    const current = segments.at(-1);
    const previous = current?.at(-1);
    const isSameSegment =
      current?.[0] &&
      previous &&
      !/[.!?。！？…]["')\]]*\s*$/u.test(previous.text) &&
      word.start - previous.end <= maxPause &&
      word.end - current[0].start <= maxSeconds;
    if (isSameSegment) current.push(word);
    else segments.push([word]);
  }
  return segments.map((group) => ({
    text: group.map(({ text }) => text).join(''),
    start: group[0]?.start ?? 0,
    end: group.at(-1)?.end ?? 0,
    noSpeechProb: null,
    confidence: null,
    words: group.map((word) => ({ ...word, text: word.text.trim() })),
  }));
}
