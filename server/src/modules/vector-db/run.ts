import { BinaryOutput } from '../../formats/binary-output.js';
import { checkItemCount } from '../../formats/item-count.js';
import { littleEndianBytes } from '../../formats/little-endian.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { readNpyMatrix } from '../../formats/npy/read.js';
import { createPace } from '../pace.js';
import { faissHeader } from '../../formats/faiss-file.js';
import { normaliseRow } from './normalise.js';

/** The most numbers in one vector: beyond any model, and it bounds the memory that a row takes. */
const largestDimension = 65_536;

/** Writes the vectors of an NPY file, each brought to length 1, into a FAISS index: its inner product is the cosine then. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  return readNpyMatrix(input.path, async ({ rows, columns, blocks }) => {
    checkItemCount(rows, context.limits.maxItems, 'vectors');
    // an embedder that had no text to embed may not know how long its vectors are
    if ((columns < 1 && rows > 0) || columns > largestDimension) {
      throw new ModuleError(
        `Expected vectors of 1 to ${largestDimension} numbers, got ${columns}. Each row of the NPY array is one vector.`,
      );
    }
    const pace = createPace(context, rows);
    const path = await BinaryOutput.write('output.faiss', context, async (output) => {
      await output.append(faissHeader({ dimension: columns, count: rows }));
      let row = 0;
      for await (const block of blocks()) {
        for (let i = 0; i < block.rows; i++) normaliseRow(block.values.subarray(i * columns, (i + 1) * columns), row++);
        await output.append(littleEndianBytes(block.values));
        const pause = pace(row);
        if (pause) await pause;
      }
    });
    context.progress(rows, rows);
    return { path, facts: { num_vectors: rows } };
  });
}
