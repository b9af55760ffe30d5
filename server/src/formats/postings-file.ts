import { createReadStream } from 'node:fs';
import type { ModuleContext } from '../module-contract/module.js';
import { OutputFile } from './output-file.js';
import { OccurrencePacker, type Posting } from './postings.js';

/**
 * Maximum total bytes in a stem and its fold, because PostgreSQL limits index entries to 2 700. Longer words are not searchable.
 */
const maxKeyBytes = 2000;

/** Maximum length of postings that need no file, in characters. */
const maxShortPostings = 2 ** 17;

/** Postings, or the file in the scratch directory that contains them. */
type WrittenPostings = { readonly postings: string } | { readonly postingsPath: string };

/** Collects a text's postings and writes them. */
export class PostingsCollector {
  readonly #packers = new Map<string, OccurrencePacker>();
  readonly #foldOf: (stem: string) => string;

  /** @param foldOf Returns a stem's lookup key. */
  constructor(foldOf: (stem: string) => string) {
    this.#foldOf = foldOf;
  }

  add(stem: string, word: string, line: number, number: number): void {
    let packer = this.#packers.get(stem);
    if (!packer) this.#packers.set(stem, (packer = new OccurrencePacker()));
    packer.add(word, line, number);
  }

  /**
   * Writes one posting per line, with tabs between its fields. Postings are sorted in database index order to make insertion
   * faster.
   */
  async write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<WrittenPostings> {
    const keys = [...this.#packers.keys()]
      .map((stem) => ({ stem, fold: this.#foldOf(stem) }))
      .filter(({ stem, fold }) => Buffer.byteLength(stem) + Buffer.byteLength(fold) <= maxKeyBytes)
      .sort((a, b) => (a.fold < b.fold ? -1 : a.fold > b.fold ? 1 : 0));
    const lines = function* (packers: ReadonlyMap<string, OccurrencePacker>): Generator<string> {
      for (const { stem, fold } of keys) yield `${stem}\t${fold}\t${String(packers.get(stem))}\n`;
    };
    let postings = '';
    for (const line of lines(this.#packers)) {
      postings += line;
      if (postings.length > maxShortPostings) break;
    }
    if (postings.length <= maxShortPostings) return { postings };
    const postingsPath = await OutputFile.write('postings.tsv', context, async (file) => {
      for (const line of lines(this.#packers)) await file.write(line);
    });
    return { postingsPath };
  }
}

/** Parses short postings written by {@link PostingsCollector}. */
export function parsePostings(postings: string): Posting[] {
  const lines = postings.split('\n');
  // nothing follows the last line feed
  lines.pop();
  return lines.map(parseLine);
}

function parseLine(line: string): Posting {
  const fields = line.split('\t');
  const [stem, fold, occurrences] = fields;
  if (stem === undefined || fold === undefined || occurrences === undefined) {
    throw new Error(`Expected a line of a postings file to have 3 tab-separated fields, got ${fields.length}`);
  }
  return { stem, fold, occurrences };
}

/** Reads a file written by {@link PostingsCollector}. */
export async function* readPostings(path: string): AsyncGenerator<Posting> {
  for await (const line of linesOf(path)) yield parseLine(line);
}

/**
 * Splits large chunks into lines, because `readline` takes longer to read the lines than the database takes to insert the rows.
 */
async function* linesOf(path: string): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 20 })) {
    const [first = '', ...others] = String(chunk).split('\n');
    parts.push(first);
    for (const other of others) {
      yield parts.join('');
      parts = [other];
    }
  }
}
