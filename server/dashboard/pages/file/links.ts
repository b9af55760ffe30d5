import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import { extractedFields, isExtraction, type ExtractedField } from './output/extracted-fields.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** The parts of an output that have a place in the input. Both sides highlight a part by its index in the list. */
export interface Links {
  /** The words of an image, in reading order. */
  readonly boxes: readonly Box[];
  /** The first and the last line of the text from which each item, or each extracted field, was made. */
  readonly lines: readonly (readonly [number, number] | undefined)[];
  /** The parts of a recording. */
  readonly segments: readonly Segment[];
}

/** A word on a page of an image. */
export interface Box extends Detection {
  /** From 1. */
  readonly page: number;
}

/** Returns the links between the input and the loaded pages of the output. */
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
