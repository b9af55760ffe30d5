import { BinaryOutput, littleEndianBytes } from '../../formats/binary-output.js';
import { checkItemCount } from '../../formats/output-limits.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { readNpyMatrix } from '../../formats/npy/read.js';
import { createPace } from '../pace.js';
import { faissHeader } from '../../formats/faiss-file.js';
import { normaliseRow } from './normalise.js';

/** Maximum number of dimensions in a vector. It is higher than any model needs, and limits the memory used by a row. */
const maxDimension = 65_536;

/**
 * Normalises the vectors in an NPY file so that their inner product is the cosine similarity, and writes them to a FAISS index.
 */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  return readNpyMatrix(input.path, async ({ rows, columns, blocks }) => {
    checkItemCount(rows, context.limits.maxItems, 'vectors');
    // an embedder that received no input may not know how many dimensions its vectors have
    if ((columns < 1 && rows > 0) || columns > maxDimension) {
      throw new ModuleError(
        `Expected vectors of 1 to ${maxDimension} numbers, got ${columns}. Each row of the NPY array is one vector.`,
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
