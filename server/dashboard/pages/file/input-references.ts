import type { Citation } from 'millrace/shared/types/extraction.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { LineRange } from './line-list.js';
import { flattenExtraction, isExtraction, type ExtractedField } from './output/extracted-fields.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** Locations in the input, by the index of the word, item, field or segment in the output. */
export interface InputReferences {
  /** The words of an image, in reading order. */
  readonly boxes: readonly Box[];
  /** The source of each item or extracted field: a range of lines, or a quotation on a page; `undefined` if unknown. */
  readonly locations: readonly (LineRange | PageQuote | undefined)[];
  /** The transcribed segments of a recording. */
  readonly segments: readonly Segment[];
}

type PageQuote = Required<Pick<Citation, 'page' | 'quote'>>;

/** A recognised word with its bounding box in an image. */
export interface Box extends Detection {
  /** The number of the page, from 1. */
  readonly page: number;
}

/** Returns the references from the loaded pages of the output to the input. */
export function findInputReferences(pages: readonly FileOutputPage[] = []): InputReferences {
  const items = pages.flatMap((page) => page.items);
  return {
    boxes: items.flatMap((item, index) =>
      isRecognisedText(item) ? item.detections.map((box) => ({ ...box, page: index + 1 })) : [],
    ),
    locations: items.flatMap((item) => {
      if (isExtraction(item)) return flattenExtraction(item).map(locationOfField);
      const numbers = isSnippet(item) ? (item.line_numbers ?? []) : [];
      return [numbers.length > 0 ? { first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 } : undefined];
    }),
    segments: items.flatMap((item) => (isTranscript(item) ? item.timestamped_transcript : [])),
  };
}

function locationOfField({ citations: [citation] }: ExtractedField): InputReferences['locations'][number] {
  if (citation?.line !== undefined) return { first: citation.line, last: citation.line };
  return citation?.page === undefined ? undefined : { page: citation.page, quote: citation.quote };
}
