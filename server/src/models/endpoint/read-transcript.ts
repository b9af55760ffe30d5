import * as z from 'zod';
import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';

/** A number, a numeric string or a time. Any other value becomes `null`, so that one invalid value does not invalidate the transcript. */
const number = z
  .unknown()
  .optional()
  .transform((value) => {
    const parsed = typeof value === 'string' ? readTime(value) : value;
    return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
  });
const word = z.object({ word: z.string(), start: number, end: number, probability: number });
const words = z.array(word).nullish().catch(null);

export const transcriptSchema = z
  .object({
    text: z.string().nullish(),
    segments: z
      .array(
        z.object({
          start: number,
          end: number,
          text: z.string().catch(''),
          avg_logprob: number,
          no_speech_prob: number,
          words,
        }),
      )
      .nullish(),
    words,
  })
  .refine(({ text, segments }) => text != null || segments != null, { error: 'there is neither text nor segments' });

type TranscriptResponse = z.output<typeof transcriptSchema>;
type Span = { readonly start: number | null; readonly end: number | null };

/**
 * How far times may exceed the recording, in seconds. Whisper processes windows of 30 seconds, and some servers return the end of the
 * last window instead of the end of the recording.
 */
const toleranceSeconds = 30;

interface Transcript {
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
  /** Warnings about the times. */
  readonly warnings: readonly string[];
}

/**
 * Converts a response to a transcript. All times are within the recording, and a transcript with text has at least one segment.
 *
 * @param duration The length of the recording, in seconds.
 */
export function readTranscript(response: TranscriptResponse, duration: number): Transcript {
  const parts = response.segments ?? [];
  const text = response.text ?? parts.map((part) => part.text).join('');
  const hasText = parts.some((part) => part.text.trim() !== '');
  if (!hasText) {
    const segment = { text, start: 0, end: duration, noSpeechProb: null, confidence: null };
    const isSilent = text.trim() === '';
    return {
      text,
      segments: isSilent
        ? []
        : [{ ...segment, words: response.words ? toWords(response.words, 1, 0, duration) : null }],
      warnings: isSilent
        ? []
        : ['The endpoint returned no times: a segment covers up to ten minutes of the recording.'],
    };
  }
  const unit = detectUnit([...parts, ...(response.words ?? [])], duration);
  const untimedCount = parts.filter(({ start, end }) => start === null || end === null).length;
  const allWords = response.words && toWords(response.words, unit, 0, duration);
  const spans = computeSpans(parts, unit, duration);
  const segments = parts.map((part, i): TranscribedSegment => {
    const { start, end } = spans[i] ?? { start: 0, end: duration };
    // a word belongs to the last segment that does not start after the word
    const from = i === 0 ? 0 : start;
    const next = spans[i + 1]?.start ?? Infinity;
    return {
      text: part.text,
      start,
      end,
      noSpeechProb: part.no_speech_prob,
      confidence: part.avg_logprob === null ? null : Math.min(1, Math.exp(part.avg_logprob)),
      words:
        allWords?.filter((spokenWord) => spokenWord.start >= from && spokenWord.start < next) ??
        (part.words ? toWords(part.words, unit, start, end) : null),
    };
  });
  return {
    text,
    segments,
    warnings: [
      ...(unit === 1
        ? []
        : [
            `The endpoint returned times in ${unit === 1000 ? 'milliseconds' : 'nanoseconds'}, which were converted to seconds.`,
          ]),
      ...(untimedCount === 0
        ? []
        : ['The endpoint returned segments without a time. The times of neighbouring segments were used instead.']),
    ],
  };
}

/** Returns the number of time units per second in the response: 1, unless the times are far outside the recording. */
function detectUnit(spans: readonly Span[], duration: number): number {
  const latest = Math.max(0, ...spans.flatMap(({ start, end }) => [start ?? 0, end ?? 0]));
  const limit = duration + toleranceSeconds;
  if (latest <= limit) return 1;
  return [1000, 1e9].find((unit) => latest / unit <= limit) ?? 1;
}

/** Limits segments to the recording. The end of the previous segment replaces a missing start, and the next start replaces a missing end. */
function computeSpans(parts: readonly Span[], unit: number, duration: number): { start: number; end: number }[] {
  const clamp = (time: number): number => Math.min(Math.max(0, time), duration);
  let previousEnd = 0;
  return parts.map(({ start: from, end: to }, i) => {
    const start = from === null ? previousEnd : clamp(from / unit);
    const next = parts.slice(i + 1).find((part) => part.start !== null)?.start ?? null;
    const end = Math.max(start, to === null ? (next === null ? duration : clamp(next / unit)) : clamp(to / unit));
    previousEnd = end;
    return { start, end };
  });
}

/** Limits words to a span. Words without a start are left out, but are still part of the segment's text. */
function toWords(list: readonly z.output<typeof word>[], unit: number, from: number, to: number): TranscribedWord[] {
  const clamp = (time: number): number => Math.min(Math.max(from, time), to);
  return list.flatMap(({ word: text, start, end, probability }) => {
    if (start === null) return [];
    const wordStart = clamp(start / unit);
    const confidence = probability === null ? null : Math.min(1, Math.max(0, probability));
    return [
      { text: text.trim(), start: wordStart, end: Math.max(wordStart, clamp((end ?? start) / unit)), confidence },
    ];
  });
}

/** Reads a time such as `2.5`, `2.5s` or `00:00:02.500`, and returns it in seconds. */
function readTime(text: string): number | null {
  const parts = /^\s*-?(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*s?\s*$/i.exec(text);
  if (!parts) return null;
  const [, hours = 0, minutes = 0, seconds = '0'] = parts;
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
  return text.trim().startsWith('-') ? -time : time;
}
