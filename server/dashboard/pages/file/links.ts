import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import { extractedFields, isExtraction, type ExtractedField } from './output/extracted-fields.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** What of an output has a place in the input. The position in a list is what both sides light up. */
export interface Links {
  /** The words of an image, in the order of reading. */
  readonly boxes: readonly Box[];
  /** For each item, or each extracted field, the lines of a text that it was made from: the first and the last. */
  readonly lines: readonly (readonly [number, number] | undefined)[];
  /** The parts of a recording. */
  readonly segments: readonly Segment[];
}

/** A word on a page of an image. */
export interface Box extends Detection {
  /** From 1. */
  readonly page: number;
}

export function findLinks(pages: readonly FileOutputPage[] = []): Links {
  const items = pages.flatMap((page) => page.items);
  return {
    boxes: items.flatMap((item, index) =>
      isRecognisedText(item) ? item.detections.map((box) => ({ ...box, page: index + 1 })) : [],
    ),
    lines: items.flatMap((item) => {
      if (isExtraction(item)) return extractedFields(item).map(lineOfField);
      const numbers = isSnippet(item) ? (item.line_numbers ?? []) : [];
      return [numbers.length > 0 ? ([numbers[0] ?? 0, numbers.at(-1) ?? 0] as const) : undefined];
    }),
    segments: items.flatMap((item) => (isTranscript(item) ? item.timestamped_transcript : [])),
  };
}

function lineOfField({ citations: [first] }: ExtractedField): readonly [number, number] | undefined {
  return first?.line === undefined ? undefined : [first.line, first.line];
}
