import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ModuleContext } from '../module.js';
import { OutputFile } from '../output-file.js';
import { foldOf } from './fold.js';
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

  /** @returns The file's path in the scratch directory: a posting on each line, its parts separated by tabs. */
  async write(context: Pick<ModuleContext, 'scratch' | 'limits'>): Promise<string> {
    return OutputFile.write('postings.tsv', context, async (file) => {
      for (const [stem, packer] of this.#packers) {
        const fold = foldOf(stem);
        if (Buffer.byteLength(stem) + Buffer.byteLength(fold) > longestKey) continue;
        await file.write(`${stem}\t${fold}\t${packer.toString()}\n`);
      }
    });
  }
}

/** Reads the file that {@link PostingsCollector} wrote. */
export async function* readPostings(path: string): AsyncGenerator<Posting> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    const [stem, fold, occurrences] = line.split('\t');
    if (stem === undefined || fold === undefined || occurrences === undefined) {
      throw new Error(
        `Expected a line of a postings file to have three parts, got ${line.length} characters without them`,
      );
    }
    yield { stem, fold, occurrences };
  }
}
