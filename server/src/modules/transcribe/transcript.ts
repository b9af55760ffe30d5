import type { TranscribedSegment, TranscribedWord, Transcription } from '../../module-contract/model-interfaces.js';
import { Float, type PythonValue } from '../../formats/python-json.js';
import { pythonRound } from '../../formats/python-round.js';

/** The item of the output, as the recordings have it; `null` stands for what a model does not say. */
export function transcriptItem({ text, segments }: Transcription): PythonValue {
  return { transcript: text, timestamped_transcript: segments.map(segmentItem) };
}

function segmentItem(segment: TranscribedSegment, id: number): PythonValue {
  const { text, words, noSpeechProb, confidence } = segment;
  return {
    id,
    // of a segment whose words are known, they say more exactly when it was spoken
    start: second((words?.[0] ?? segment).start),
    end: second((words?.at(-1) ?? segment).end),
    text,
    no_speech_prob: noSpeechProb === null ? null : new Float(noSpeechProb),
    confidence: share(confidence),
    words: words?.map(wordItem) ?? null,
  };
}

function wordItem({ text, start, end, confidence }: TranscribedWord): PythonValue {
  return { text, start: second(start), end: second(end), confidence: share(confidence) };
}

function second(value: number): Float {
  return new Float(pythonRound(value, 2));
}

function share(value: number | null): Float | null {
  return value === null ? null : new Float(pythonRound(value, 3));
}
