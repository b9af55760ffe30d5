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
  .refine(({ text, segments }) => text != null || segments != null, {
    error: 'expected text or segments, got neither',
  });

type TranscriptResponse = z.output<typeof transcriptSchema>;
type Span = { readonly start: number | null; readonly end: number | null };

/**
 * How far past the end of the recording, in seconds, a timestamp may be before its unit is doubted. Whisper processes windows of 30 seconds,
 * and some servers return the end of the last window instead of the end of the recording.
 */
const toleranceSeconds = 30;

interface Transcript {
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
  /** Warnings about the timestamps. */
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
        : ['The endpoint returned no usable segments, so each segment covers up to ten minutes of the recording.'],
    };
  }
  const unitsPerSecond = detectUnitsPerSecond([...parts, ...(response.words ?? [])], duration);
  const untimedCount = parts.filter(({ start, end }) => start === null || end === null).length;
  const allWords = response.words && toWords(response.words, unitsPerSecond, 0, duration);
  const spans = computeSpans(parts, unitsPerSecond, duration);
  const segments = parts.map((part, i): TranscribedSegment => {
    const { start, end } = spans[i] ?? { start: 0, end: duration };
    // a word belongs to the last segment that starts at or before it; the first segment also gets all earlier words
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
        (part.words ? toWords(part.words, unitsPerSecond, start, end) : null),
    };
  });
  return {
    text,
    segments,
    warnings: [
      ...(unitsPerSecond === 1
        ? []
        : [
            `The endpoint returned times in ${unitsPerSecond === 1000 ? 'milliseconds' : 'nanoseconds'}, which were converted to seconds.`,
          ]),
      ...(untimedCount === 0
        ? []
        : [
            'The endpoint returned segments without a start or end time. The times of neighbouring segments were used instead.',
          ]),
    ],
  };
}

/** Returns the number of time units per second: 1000 or 1e9 if seconds would lie far outside the recording and that unit does not, else 1. */
function detectUnitsPerSecond(spans: readonly Span[], duration: number): number {
  const latest = Math.max(0, ...spans.flatMap(({ start, end }) => [start ?? 0, end ?? 0]));
  const limit = duration + toleranceSeconds;
  if (latest <= limit) return 1;
  return [1000, 1e9].find((unit) => latest / unit <= limit) ?? 1;
}

/** Clamps segment times to the recording. The end of the previous segment replaces a missing start, and the next start replaces a missing end. */
function computeSpans(
  parts: readonly Span[],
  unitsPerSecond: number,
  duration: number,
): { start: number; end: number }[] {
  const clamp = (time: number): number => Math.min(Math.max(0, time), duration);
  let previousEnd = 0;
  return parts.map(({ start: from, end: to }, i) => {
    const start = from === null ? previousEnd : clamp(from / unitsPerSecond);
    const next = parts.slice(i + 1).find((part) => part.start !== null)?.start ?? null;
    const end = Math.max(
      start,
      to === null ? (next === null ? duration : clamp(next / unitsPerSecond)) : clamp(to / unitsPerSecond),
    );
    previousEnd = end;
    return { start, end };
  });
}

/** Clamps word times to a span. Words without a start are left out, but are still part of the segment's text. */
function toWords(
  list: readonly z.output<typeof word>[],
  unitsPerSecond: number,
  from: number,
  to: number,
): TranscribedWord[] {
  const clamp = (time: number): number => Math.min(Math.max(from, time), to);
  return list.flatMap(({ word: text, start, end, probability }) => {
    if (start === null) return [];
    const wordStart = clamp(start / unitsPerSecond);
    const confidence = probability === null ? null : Math.min(1, Math.max(0, probability));
    return [
      {
        text: text.trim(),
        start: wordStart,
        end: Math.max(wordStart, clamp((end ?? start) / unitsPerSecond)),
        confidence,
      },
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
