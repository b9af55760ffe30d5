import type { Citation } from 'millrace/shared/types/extraction.js';
import { kindFromFileName } from 'millrace/shared/modules/file-kinds.js';
import { readOcrOptions } from '../../convert/ocr/ocr-options.js';
import { readDocument } from '../../convert/read-text-input.js';
import { checkItemCount } from '../../formats/output-limits.js';
import { readItems } from '../../formats/read-items.js';
import { ModuleError, type ModuleContext, type ModuleInput } from '../../module-contract/module.js';
import { TextIndex, type Span } from './grounding/text-index.js';

/** A page, an item, or the whole text of a document without pages. */
export interface Unit extends Span {
  readonly page?: number;
  readonly item?: number;
  /** Whether the page has content that is not in the text, such as pictures. */
  readonly hasUnreadContent?: boolean;
}

/** Separates the texts of items. */
const itemSeparator = '\n';
/** The maximum length of a quotation in the output, in characters. Longer quotations are truncated. */
const maxQuoteLength = 300;

/** The text of a module's input, with the positions of its pages or items. */
export class Source {
  readonly text: string;
  readonly units: readonly Unit[];
  #index: TextIndex | undefined;

  constructor(text: string, units: readonly Unit[]) {
    this.text = text;
    this.units = units;
  }

  get index(): TextIndex {
    return (this.#index ??= new TextIndex(this.text));
  }

  /** Returns the index of the page or item that contains an offset. */
  getUnitIndexAt(offset: number): number {
    let [low, high] = [0, this.units.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      // of two units with the same start, find the later one, because the earlier one is empty
      if ((this.units[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Returns a citation of a span, with its page, item or line. */
  cite({ start, end }: Span): Citation {
    const { page, item } = this.units[this.getUnitIndexAt(start)] ?? {};
    const passage = this.text.slice(start, end);
    const quote = passage.length > maxQuoteLength ? `${passage.slice(0, maxQuoteLength)}…` : passage;
    if (page !== undefined) return { page, quote };
    return item === undefined ? { line: this.index.getLineAt(start) + 1, quote } : { item, quote };
  }

  /** The numbers of the pages with content that is not in the text. */
  get unreadPages(): number[] {
    return this.units.flatMap(({ page, hasUnreadContent }) => (hasUnreadContent && page !== undefined ? [page] : []));
  }
}

/**
 * Reads an uploaded file or the output of an earlier module. Either can be a document or a JSON list of items that contain text.
 *
 * @throws `ModuleError` if the file contains no text.
 */
export async function readSource(input: ModuleInput, context: ModuleContext): Promise<Source> {
  const source = (await readItemSource(input, context)) ?? (await readDocumentSource(input, context));
  if (source.text.trim() === '') throw new ModuleError('The file contains no text. Send a file with text.');
  return source;
}

/**
 * Reads a list of items. Returns `undefined` if the input is something else, such as an uploaded JSON file without items.
 *
 * @throws `ModuleError` if the JSON output of an earlier module is not a list of items.
 */
async function readItemSource(input: ModuleInput, context: ModuleContext): Promise<Source | undefined> {
  if (input.format === 'json' && !input.isUpload) return createItemSource(input, context);
  if (kindFromFileName(input.fileName)?.format !== 'json') return undefined;
  try {
    return await createItemSource(input, context);
  } catch (error) {
    if (error instanceof ModuleError) return undefined;
    throw error;
  }
}

async function createItemSource(input: ModuleInput, context: ModuleContext): Promise<Source> {
  const items = await readItems(input, context);
  let start = 0;
  const units = items.map(({ text }, item) => {
    const unit = { item, start, end: start + text.length };
    start = unit.end + itemSeparator.length;
    return unit;
  });
  return new Source(items.map(({ text }) => text).join(itemSeparator), units);
}

async function readDocumentSource(input: ModuleInput, context: ModuleContext): Promise<Source> {
  const { text, pages } = await readDocument(input, context, readOcrOptions(context.params));
  checkItemCount(pages?.length ?? 1, context.limits.maxItems, 'items');
  const units = pages?.map((range, i) => ({ page: i + 1, ...range })) ?? [{ start: 0, end: text.length }];
  return new Source(text, units);
}
