import { createReadStream } from 'node:fs';
import type { ModuleContext } from '../module-contract/module.js';
import { OutputFile } from './output-file.js';
import { OccurrencePacker, type Posting } from './postings.js';

/**
 * Maximum total bytes in a stem and its fold, because PostgreSQL limits index entries to 2 700. Longer words are not searchable.
 */
const maxKeyBytes = 2000;

/** Collects a text's postings and writes them to a file. */
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
   *
   * @returns The file's path in the scratch directory.
   */
  async write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<string> {
    const keys = [...this.#packers.keys()]
      .map((stem) => ({ stem, fold: this.#foldOf(stem) }))
      .filter(({ stem, fold }) => Buffer.byteLength(stem) + Buffer.byteLength(fold) <= maxKeyBytes)
      .sort((a, b) => (a.fold < b.fold ? -1 : a.fold > b.fold ? 1 : 0));
    return OutputFile.write('postings.tsv', context, async (file) => {
      for (const { stem, fold } of keys) await file.write(`${stem}\t${fold}\t${String(this.#packers.get(stem))}\n`);
    });
  }
}

/** Reads a file written by {@link PostingsCollector}. */
export async function* readPostings(path: string): AsyncGenerator<Posting> {
  for await (const line of linesOf(path)) {
    const fields = line.split('\t');
    const [stem, fold, occurrences] = fields;
    if (stem === undefined || fold === undefined || occurrences === undefined) {
      throw new Error(`Expected a line of a postings file to have 3 tab-separated fields, got ${fields.length}`);
    }
    yield { stem, fold, occurrences };
  }
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
