import { createReadStream } from 'node:fs';
import type { ModuleContext } from '../module-contract/module.js';
import { TextOutput } from './text-output.js';
import { OccurrencePacker, type Posting } from './postings.js';

/**
 * Maximum total length of a stem and its lookup key, in bytes. PostgreSQL limits index entries to about 2,700 bytes. Words whose stems
 * exceed the limit are not searchable.
 */
const maxKeyBytes = 2000;

/** Maximum length of postings that are returned as a string, in characters. Longer postings are written to a file. */
const maxInlineLength = 2 ** 17;

/** Postings as a string, or the path of the file in the scratch directory that contains them. */
type WrittenPostings = { readonly postings: string } | { readonly postingsPath: string };

/** Collects the postings of a text, and returns them as a string or writes them to a file. */
export class PostingsCollector {
  readonly #packerByStem = new Map<string, OccurrencePacker>();
  readonly #getLookupKey: (stem: string) => string;

  /** @param getLookupKey Returns the lookup key of a stem. */
  constructor(getLookupKey: (stem: string) => string) {
    this.#getLookupKey = getLookupKey;
  }

  /** Adds an occurrence. Occurrences must be added in text order. */
  add(stem: string, word: string, line: number, wordNumber: number): void {
    let packer = this.#packerByStem.get(stem);
    if (!packer) this.#packerByStem.set(stem, (packer = new OccurrencePacker()));
    packer.add(word, line, wordNumber);
  }

  /**
   * Returns the postings as a string, or writes them to a file if the string would be too long. Both have one posting per line, with tabs
   * between the fields. Omits stems that exceed the length limit. Sorts the postings by lookup key, in the order of the database
   * index, because this makes inserting them faster.
   */
  async write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<WrittenPostings> {
    const entries = [...this.#packerByStem.keys()]
      .map((stem) => ({ stem, fold: this.#getLookupKey(stem) }))
      .filter(({ stem, fold }) => Buffer.byteLength(stem) + Buffer.byteLength(fold) <= maxKeyBytes)
      .sort((a, b) => (a.fold < b.fold ? -1 : a.fold > b.fold ? 1 : 0));
    const generateLines = function* (packers: ReadonlyMap<string, OccurrencePacker>): Generator<string> {
      for (const { stem, fold } of entries) yield `${stem}\t${fold}\t${String(packers.get(stem))}\n`;
    };
    let postings = '';
    for (const line of generateLines(this.#packerByStem)) {
      postings += line;
      if (postings.length > maxInlineLength) break;
    }
    if (postings.length <= maxInlineLength) return { postings };
    const postingsPath = await TextOutput.write('postings.tsv', context, async (file) => {
      for (const line of generateLines(this.#packerByStem)) await file.write(line);
    });
    return { postingsPath };
  }
}

/** Parses postings that {@link PostingsCollector} returned as a string. */
export function parsePostings(postings: string): Posting[] {
  const lines = postings.split('\n');
  // the last element is empty, because every posting ends with a line feed
  lines.pop();
  return lines.map(parseLine);
}

function parseLine(line: string): Posting {
  const fields = line.split('\t');
  const [stem, fold, occurrences] = fields;
  if (stem === undefined || fold === undefined || occurrences === undefined) {
    throw new Error(`Expected a line of postings to have 3 tab-separated fields, got ${fields.length}`);
  }
  return { stem, fold, occurrences };
}

/** Reads a file written by {@link PostingsCollector}. */
export async function* readPostings(path: string): AsyncGenerator<Posting> {
  for await (const line of readLines(path)) yield parseLine(line);
}

/**
 * Yields the lines of a file. Every line must end with a line feed. Does not use `readline`, which takes longer to read the lines than the
 * database takes to insert the rows.
 */
async function* readLines(path: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 20 })) {
    const [continuation = '', ...lineStarts] = String(chunk).split('\n');
    parts.push(continuation);
    for (const lineStart of lineStarts) {
      yield parts.join('');
      parts = [lineStart];
    }
  }
}
