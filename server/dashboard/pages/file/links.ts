import type { Citation } from 'millrace/shared/types/extraction.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { LineRange } from './line-list.js';
import { extractedFields, isExtraction, type ExtractedField } from './output/extracted-fields.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** The parts of an output that have a place in the input. Both sides highlight a part by its index in the list. */
export interface Links {
  /** The words of an image, in reading order. */
  readonly boxes: readonly Box[];
  /** Where in a text each item, or each extracted field, is from: lines, or a quotation from a page. */
  readonly places: readonly (LineRange | PageQuote | undefined)[];
  /** The parts of a recording. */
  readonly segments: readonly Segment[];
}

type PageQuote = Required<Pick<Citation, 'page' | 'quote'>>;

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
    places: items.flatMap((item) => {
      if (isExtraction(item)) return extractedFields(item).map(placeOfField);
      const numbers = isSnippet(item) ? (item.line_numbers ?? []) : [];
      return [numbers.length > 0 ? { first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 } : undefined];
    }),
    segments: items.flatMap((item) => (isTranscript(item) ? item.timestamped_transcript : [])),
  };
}

function placeOfField({ citations: [citation] }: ExtractedField): Links['places'][number] {
  if (citation?.line !== undefined) return { first: citation.line, last: citation.line };
  return citation?.page === undefined ? undefined : { page: citation.page, quote: citation.quote };
}
