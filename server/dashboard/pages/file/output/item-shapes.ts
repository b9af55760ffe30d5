import type { RecognisedText, SentimentSnippet, Snippet, Transcript } from 'millrace/shared/modules/module.js';
import type { Json } from 'millrace/shared/types/json.js';

// A custom module can write items of any shape. If no view fits all items of an output, the dashboard shows all of them as JSON.

export type Detection = RecognisedText['detections'][number];
export type Segment = Transcript['timestamped_transcript'][number];

export interface Keyword {
  readonly keyword: string;
  readonly occurrences: readonly { readonly keyword: string; readonly line_number: number }[];
}

type Fields = Readonly<Record<string, Json | undefined>>;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasNumbers = (fields: Fields, ...fieldNames: readonly string[]) =>
  fieldNames.every((name) => typeof fields[name] === 'number');

export function isSnippet(item: Json): item is Snippet & Record<string, Json> {
  if (!isObject(item) || typeof item['snippet'] !== 'string') return false;
  const lineNumbers = item['line_numbers'];
  return (
    lineNumbers === undefined || (Array.isArray(lineNumbers) && lineNumbers.every((line) => typeof line === 'number'))
  );
}

export function isSentimentSnippet(item: Json): item is SentimentSnippet & Record<string, Json> {
  return isSnippet(item) && hasNumbers(item, 'positive', 'negative', 'neutral');
}

export function isRecognisedText(item: Json): item is RecognisedText & Record<string, Json> {
  if (!isObject(item) || typeof item['text'] !== 'string' || !Array.isArray(item['detections'])) return false;
  return item['detections'].every(
    (detection: Json) =>
      isObject(detection) &&
      typeof detection['text'] === 'string' &&
      hasNumbers(detection, 'left', 'top', 'width', 'height', 'conf'),
  );
}

export function isTranscript(item: Json): item is Record<string, Json> & Transcript {
  if (!isObject(item) || typeof item['transcript'] !== 'string' || !Array.isArray(item['timestamped_transcript']))
    return false;
  return item['timestamped_transcript'].every(
    (segment: Json) => isObject(segment) && typeof segment['text'] === 'string' && hasNumbers(segment, 'start', 'end'),
  );
}

export function isKeyword(item: Json): item is Keyword & Record<string, Json> {
  if (!isObject(item) || typeof item['keyword'] !== 'string' || !Array.isArray(item['occurrences'])) return false;
  return item['occurrences'].every(
    (occurrence: Json) =>
      isObject(occurrence) && typeof occurrence['keyword'] === 'string' && hasNumbers(occurrence, 'line_number'),
  );
}

export function isCaption(item: Json): item is { caption: string } {
  return isObject(item) && typeof item['caption'] === 'string';
}
