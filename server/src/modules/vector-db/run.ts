import { BinaryOutput, toLittleEndian } from '../../formats/binary-output.js';
import { checkItemCount } from '../../formats/output-limits.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { readNpyMatrix } from '../../formats/npy/read.js';
import { createProgressReporter } from '../progress-reporter.js';
import { createFaissHeader } from '../../formats/faiss-file.js';
import { normalizeRow } from './normalize.js';

/** The maximum dimension of a vector. Bounds the memory per row; no model needs that many dimensions. */
const maxDimension = 65_536;

/**
 * Normalizes the vectors in an NPY file, so that their inner products are cosine similarities, and writes them to a FAISS index.
 */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  return readNpyMatrix(input.path, async ({ rows, columns, readBlocks }) => {
    checkItemCount(rows, context.limits.maxItems, 'vectors');
    // a matrix without rows can also have no columns, because an embedder that received no texts may not know its dimension
    if ((columns < 1 && rows > 0) || columns > maxDimension) {
      throw new ModuleError(
        `Expected vectors of 1 to ${maxDimension} numbers, got ${columns}. Each row of the NPY array is one vector.`,
      );
    }
    const reportProgress = createProgressReporter(context, rows);
    const path = await BinaryOutput.write('output.faiss', context, async (output) => {
      await output.append(createFaissHeader({ dimension: columns, count: rows }));
      let row = 0;
      for await (const block of readBlocks()) {
        for (let i = 0; i < block.rows; i++) normalizeRow(block.values.subarray(i * columns, (i + 1) * columns), row++);
        await output.append(toLittleEndian(block.values));
        const pause = reportProgress(row);
        if (pause) await pause;
      }
    });
    context.progress(rows, rows);
    return { path, facts: { num_vectors: rows } };
  });
}
