import type { TranscribedSegment, TranscribedWord, Transcription } from '../../module-contract/model-interfaces.js';
import { Float, pythonRound, type PythonValue } from '../../formats/python-json.js';

/** Creates the output item in the hosted service's format. Values that the model does not report are `null`. */
export function transcriptItem({ text, segments }: Transcription): PythonValue {
  return { transcript: text, timestamped_transcript: segments.map(segmentItem) };
}

function segmentItem(segment: TranscribedSegment, id: number): PythonValue {
  const { text, words, noSpeechProb, confidence } = segment;
  return {
    id,
    // word timestamps, if present, are more precise than segment timestamps
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
