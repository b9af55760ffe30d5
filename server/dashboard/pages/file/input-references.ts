import type { Citation } from 'millrace/shared/types/extraction.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { LineRange } from './line-list.js';
import { flattenExtraction, isExtraction, type ExtractedField } from './output/extracted-fields.js';
import { isRecognisedText, isSnippet, isTranscript, type Detection, type Segment } from './output/item-shapes.js';

/** The parts of the input that correspond to the words, items, fields or segments of the output, in the same order. */
export interface InputReferences {
  /** The words that OCR recognized in an image, in reading order. */
  readonly boxes: readonly WordBox[];
  /** The source of each item or extracted field: a range of lines, or a quotation on a page; `undefined` if unknown. */
  readonly locations: readonly (LineRange | PageQuote | undefined)[];
  /** The transcribed segments of a recording. */
  readonly segments: readonly Segment[];
}

type PageQuote = Required<Pick<Citation, 'page' | 'quote'>>;

/** A recognized word with its bounding box in an image. */
export interface WordBox extends Detection {
  /** The 1-based page number. */
  readonly page: number;
}

/** Finds the parts of the input that correspond to the loaded pages of the output. */
export function findInputReferences(outputPages: readonly FileOutputPage[] = []): InputReferences {
  const items = outputPages.flatMap((page) => page.items);
  return {
    boxes: items.flatMap((item, index) =>
      isRecognisedText(item) ? item.detections.map((box) => ({ ...box, page: index + 1 })) : [],
    ),
    locations: items.flatMap((item) => {
      if (isExtraction(item)) return flattenExtraction(item).map(locationOfField);
      const lineNumbers = isSnippet(item) ? (item.line_numbers ?? []) : [];
      return [lineNumbers.length > 0 ? { first: lineNumbers[0] ?? 0, last: lineNumbers.at(-1) ?? 0 } : undefined];
    }),
    segments: items.flatMap((item) => (isTranscript(item) ? item.timestamped_transcript : [])),
  };
}

function locationOfField({ citations: [citation] }: ExtractedField): InputReferences['locations'][number] {
  if (citation?.line !== undefined) return { first: citation.line, last: citation.line };
  return citation?.page === undefined ? undefined : { page: citation.page, quote: citation.quote };
}
