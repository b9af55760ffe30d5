import { createReadStream } from 'node:fs';
import type { ModuleContext } from '../module-contract/module.js';
import { OutputFile } from './output-file.js';
import { foldOf } from '../modules/keyword-db/fold.js';
import { OccurrencePacker, type Posting } from './postings.js';

/** Bytes of a stem and its key together; an index entry of PostgreSQL has room for 2 700. Nobody looks for longer words. */
const longestKey = 2000;

/** Collects the postings of a text, and writes them to the file that goes along with the database. */
export class PostingsCollector {
  readonly #packers = new Map<string, OccurrencePacker>();

  add(stem: string, word: string, line: number, number: number): void {
    let packer = this.#packers.get(stem);
    if (!packer) this.#packers.set(stem, (packer = new OccurrencePacker()));
    packer.add(word, line, number);
  }

  /**
   * In the order of the index, which takes them faster like that.
   *
   * @returns The file's path in the scratch directory: a posting on each line, its parts separated by tabs.
   */
  async write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<string> {
    const keys = [...this.#packers.keys()]
      .map((stem) => ({ stem, fold: foldOf(stem) }))
      .filter(({ stem, fold }) => Buffer.byteLength(stem) + Buffer.byteLength(fold) <= longestKey)
      .sort((a, b) => (a.fold < b.fold ? -1 : a.fold > b.fold ? 1 : 0));
    return OutputFile.write('postings.tsv', context, async (file) => {
      for (const { stem, fold } of keys) await file.write(`${stem}\t${fold}\t${String(this.#packers.get(stem))}\n`);
    });
  }
}

/** Reads the file that {@link PostingsCollector} wrote. */
export async function* readPostings(path: string): AsyncGenerator<Posting> {
  for await (const line of linesOf(path)) {
    const [stem, fold, occurrences] = line.split('\t');
    if (stem === undefined || fold === undefined || occurrences === undefined) {
      throw new Error(
        `Expected a line of a postings file to have three parts, got ${line.length} characters without them`,
      );
    }
    yield { stem, fold, occurrences };
  }
}

/** In large pieces: `readline` takes longer over the lines than the database over the rows. */
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
