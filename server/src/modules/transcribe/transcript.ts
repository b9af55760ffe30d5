import type { TranscribedSegment, TranscribedWord, Transcription } from '../../module-contract/model-interfaces.js';
import { PythonFloat, roundLikePython, type PythonValue } from '../../formats/python-json.js';

/** Creates the output item in the hosted service's format. Values that the model did not report are `null`. */
export function toTranscriptItem({ text, segments }: Transcription): PythonValue {
  return { transcript: text, timestamped_transcript: segments.map(toSegmentItem) };
}

function toSegmentItem(segment: TranscribedSegment, id: number): PythonValue {
  const { text, words, noSpeechProb, confidence } = segment;
  return {
    id,
    // prefer word timestamps, which are more precise than segment timestamps
    start: roundSeconds((words?.[0] ?? segment).start),
    end: roundSeconds((words?.at(-1) ?? segment).end),
    text,
    no_speech_prob: noSpeechProb === null ? null : new PythonFloat(noSpeechProb),
    confidence: roundConfidence(confidence),
    words: words?.map(toWordItem) ?? null,
  };
}

function toWordItem({ text, start, end, confidence }: TranscribedWord): PythonValue {
  return { text, start: roundSeconds(start), end: roundSeconds(end), confidence: roundConfidence(confidence) };
}

function roundSeconds(value: number): PythonFloat {
  return new PythonFloat(roundLikePython(value, 2));
}

function roundConfidence(value: number | null): PythonFloat | null {
  return value === null ? null : new PythonFloat(roundLikePython(value, 3));
}
