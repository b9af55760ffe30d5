import type { ModuleContext } from '../../module-contract/module.js';
import { BinaryOutput, toLittleEndian } from '../binary-output.js';
import { checkItemCount } from '../output-limits.js';
import { createFloat32Header, float32HeaderBytes } from './header.js';

/** Writes an NPY file row by row. */
interface NpyWriter {
  /** Number of rows added so far. */
  readonly count: number;
  /**
   * Adds a row. Returns a promise if the caller must wait for a write, and `undefined` otherwise.
   *
   * @throws `RangeError` if the row does not have the same length as the first row; `ModuleError` if there are too many rows.
   */
  add(row: Float32Array): Promise<void> | undefined;
}

/** Minimum size of the write buffer, in bytes. If a row is larger, the buffer is as large as the row. */
const minBufferBytes = 2 ** 20;

/**
 * Writes vectors as the rows of a float32 matrix, in the format of `numpy.save`, without keeping all the vectors in memory.
 *
 * @param options `columns` is the number of columns if there are no rows (default: 0).
 * @returns The path of `output.npy` in the scratch directory, and the shape of the matrix.
 * @throws `ModuleError` if the number of rows or bytes exceeds the limits.
 * @example
 * ```ts
 * const { path, rows } = await writeNpy(context, { columns: 384 }, async (npy) => {
 *   for (const item of items) await npy.add(await embed(item.text));
 * });
 * ```
 */
export async function writeNpy(
  context: Pick<ModuleContext, 'scratch' | 'limits'>,
  options: { columns?: number },
  work: (npy: NpyWriter) => Promise<void>,
): Promise<{ path: string; rows: number; columns: number }> {
  let rows = 0;
  let columns = options.columns ?? 0;
  const path = await BinaryOutput.write('output.npy', context, async (output) => {
    // reserve space for the header: the shape is unknown until all rows are added, but the header's length is the same for every shape
    await output.append(Buffer.alloc(float32HeaderBytes));
    let buffer = Buffer.alloc(0);
    let usedBytes = 0;
    const flush = async (): Promise<void> => {
      await output.append(buffer.subarray(0, usedBytes));
      usedBytes = 0;
    };
    const copy = (row: Float32Array): void => {
      buffer.set(toLittleEndian(row), usedBytes);
      usedBytes += row.byteLength;
    };
    const flushThenCopy = async (row: Float32Array): Promise<void> => {
      await flush();
      if (buffer.length < row.byteLength) buffer = Buffer.alloc(Math.max(minBufferBytes, row.byteLength));
      copy(row);
    };
    await work({
      get count() {
        return rows;
      },
      add: (row) => {
        if (rows === 0) columns = row.length;
        if (row.length !== columns) {
          throw new RangeError(
            `Expected row [${rows}] to have ${columns} numbers, like the previous rows, got ${row.length}`,
          );
        }
        checkItemCount(++rows, context.limits.maxItems, 'vectors');
        if (usedBytes + row.byteLength > buffer.length) return flushThenCopy(row);
        copy(row);
        return undefined;
      },
    });
    await flush();
    await output.replace(createFloat32Header(rows, columns), 0);
  });
  return { path, rows, columns };
}
