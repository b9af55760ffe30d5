import type { FileOutputPage } from 'millrace/shared/types/file-output.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** What of an output has a place in the input. The position in a list is what both sides light up. */
export interface Links {
  /** The words of an image, in the order of reading. */
  readonly boxes: readonly Detection[];
  /** For each item, the lines of a text that it was made from: the first and the last. */
  readonly lines: readonly (readonly [number, number] | undefined)[];
  /** The parts of a recording. */
  readonly segments: readonly Segment[];
}

export function findLinks(pages: readonly FileOutputPage[] = []): Links {
  const items = pages.flatMap((page) => page.items);
  return {
    boxes: items.flatMap((item) => (isRecognisedText(item) ? item.detections : [])),
    lines: items.map((item) => {
      const numbers = isSnippet(item) ? (item.line_numbers ?? []) : [];
      return numbers.length > 0 ? ([numbers[0] ?? 0, numbers.at(-1) ?? 0] as const) : undefined;
    }),
    segments: items.flatMap((item) => (isTranscript(item) ? item.timestamped_transcript : [])),
  };
}
