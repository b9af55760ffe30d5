import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';

const maxSegmentSeconds = 30;
/** Maximum pause between two words in a segment, in seconds. */
const maxPauseSeconds = 1;

/** Groups words into segments. A segment ends after a sentence, at a long pause, or before a word that would make the segment too long. */
export function groupWords(words: readonly TranscribedWord[]): TranscribedSegment[] {
  const groups: TranscribedWord[][] = [];
  for (const word of words) {
    const current = groups.at(-1);
    const previous = current?.at(-1);
    const isSameSegment =
      current?.[0] &&
      previous &&
      !/[.!?。！？…]["')\]]*\s*$/u.test(previous.text) &&
      word.start - previous.end <= maxPauseSeconds &&
      word.end - current[0].start <= maxSegmentSeconds;
    if (isSameSegment) current.push(word);
    else groups.push([word]);
  }
  return groups.map((group) => ({
    text: group.map(({ text }) => text).join(''),
    start: group[0]?.start ?? 0,
    end: group.at(-1)?.end ?? 0,
    noSpeechProb: null,
    confidence: null,
    words: group.map((word) => ({ ...word, text: word.text.trim() })),
  }));
}
