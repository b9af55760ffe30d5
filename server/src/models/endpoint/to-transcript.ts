import * as z from 'zod';
import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';

/**
 * Accepts a number, a numeric string or a time such as `00:00:02.500`. Any other value becomes `null`, so that one invalid value does not
 * invalidate the transcript.
 */
const lenientNumberSchema = z
  .unknown()
  .optional()
  .transform((value) => {
    const parsed = typeof value === 'string' ? parseNumber(value) : value;
    return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
  });
const wordSchema = z.object({
  word: z.string(),
  start: lenientNumberSchema,
  end: lenientNumberSchema,
  probability: lenientNumberSchema,
});
const wordsSchema = z.array(wordSchema).nullish().catch(null);

export const transcriptSchema = z
  .object({
    text: z.string().nullish(),
    segments: z
      .array(
        z.object({
          start: lenientNumberSchema,
          end: lenientNumberSchema,
          text: z.string().catch(''),
          avg_logprob: lenientNumberSchema,
          no_speech_prob: lenientNumberSchema,
          words: wordsSchema,
        }),
      )
      .nullish(),
    words: wordsSchema,
  })
  .refine(({ text, segments }) => text != null || segments != null, {
    error: 'expected text or segments, got neither',
  });

type TranscriptResponse = z.output<typeof transcriptSchema>;
type Span = { readonly start: number | null; readonly end: number | null };

/**
 * A time is plausible if it is at most this many seconds after the end of the recording. Whisper processes windows of 30 seconds, and some
 * servers return the end of the last window instead of the end of the recording.
 */
const toleranceSeconds = 30;

interface Transcript {
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
  /** Warnings about the timestamps. */
  readonly warnings: readonly string[];
}

/**
 * Converts a response to a transcript. All times are within the recording, and a transcript with non-blank text has at least one segment.
 *
 * @param duration The length of the recording, in seconds.
 */
export function toTranscript(response: TranscriptResponse, duration: number): Transcript {
  const rawSegments = response.segments ?? [];
  const text = response.text ?? rawSegments.map((segment) => segment.text).join('');
  const hasUsableSegments = rawSegments.some((segment) => segment.text.trim() !== '');
  if (!hasUsableSegments) {
    const segment = { text, start: 0, end: duration, noSpeechProb: null, confidence: null };
    const isSilent = text.trim() === '';
    return {
      text,
      segments: isSilent
        ? []
        : [{ ...segment, words: response.words ? toWords(response.words, 1, 0, duration) : null }],
      warnings: isSilent
        ? []
        : [
            'The endpoint returned text without usable segments, so a segment of the transcript can be up to ten minutes long.',
          ],
    };
  }
  const unitsPerSecond = detectUnitsPerSecond([...rawSegments, ...(response.words ?? [])], duration);
  const untimedCount = rawSegments.filter(({ start, end }) => start === null || end === null).length;
  const allWords = response.words?.length ? toWords(response.words, unitsPerSecond, 0, duration) : undefined;
  const spans = computeSpans(rawSegments, unitsPerSecond, duration);
  const segments = rawSegments.map((segment, i): TranscribedSegment => {
    const { start, end } = spans[i] ?? { start: 0, end: duration };
    // the response's own word list takes precedence over those of its segments; each of its words belongs to the last segment that starts
    // at or before the word, or else to the first segment
    const from = i === 0 ? 0 : start;
    const nextStart = spans[i + 1]?.start ?? Infinity;
    return {
      text: segment.text,
      start,
      end,
      noSpeechProb: segment.no_speech_prob,
      confidence: segment.avg_logprob === null ? null : Math.min(1, Math.exp(segment.avg_logprob)),
      words:
        allWords?.filter((word) => word.start >= from && word.start < nextStart) ??
        (segment.words ? toWords(segment.words, unitsPerSecond, start, end) : null),
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
        : ['The endpoint returned segments without a start or end time. The missing times were estimated.']),
    ],
  };
}

/**
 * Detects the unit of the times, and returns 1 for seconds, 1000 for milliseconds or 1e9 for nanoseconds. Assumes the first of these units
 * in which all times are plausible, or seconds if there is no such unit.
 */
function detectUnitsPerSecond(spans: readonly Span[], duration: number): number {
  const latest = Math.max(0, ...spans.flatMap(({ start, end }) => [start ?? 0, end ?? 0]));
  const limit = duration + toleranceSeconds;
  if (latest <= limit) return 1;
  return [1000, 1e9].find((unit) => latest / unit <= limit) ?? 1;
}

/**
 * Converts segment times to seconds and clamps them to the recording. A missing start becomes the end of the previous segment, or 0 for
 * the first segment. A missing end becomes the next known start, or the end of the recording. An end before the start becomes the start.
 */
function computeSpans(
  segments: readonly Span[],
  unitsPerSecond: number,
  duration: number,
): { start: number; end: number }[] {
  const clamp = (time: number): number => Math.min(Math.max(0, time), duration);
  let previousEnd = 0;
  return segments.map(({ start: rawStart, end: rawEnd }, i) => {
    const start = rawStart === null ? previousEnd : clamp(rawStart / unitsPerSecond);
    const nextStart = segments.slice(i + 1).find((segment) => segment.start !== null)?.start ?? null;
    const endOrNextStart = rawEnd ?? nextStart;
    const end = Math.max(start, endOrNextStart === null ? duration : clamp(endOrNextStart / unitsPerSecond));
    previousEnd = end;
    return { start, end };
  });
}

/**
 * Converts word times to seconds and clamps them to a span. Words without a start are left out, but are still part of the segment's text.
 * A missing end becomes the start.
 */
function toWords(
  words: readonly z.output<typeof wordSchema>[],
  unitsPerSecond: number,
  from: number,
  to: number,
): TranscribedWord[] {
  const clamp = (time: number): number => Math.min(Math.max(from, time), to);
  return words.flatMap(({ word: text, start, end, probability }) => {
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

/** Parses a number such as `2.5`, optionally followed by `s`, or a time such as `00:00:02.500`, which is converted to seconds. */
function parseNumber(text: string): number | null {
  const match = /^\s*-?(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*s?\s*$/i.exec(text);
  if (!match) return null;
  const [, hours = 0, minutes = 0, seconds = '0'] = match;
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
  return text.trim().startsWith('-') ? -time : time;
}
