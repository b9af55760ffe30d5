import { BinaryOutput } from './binary-output.js';
import type { ModuleContext } from '../module-contract/module.js';
import type { Item } from './read-items.js';

/**
 * The texts that belong to the vectors of an index, for search: those of a few rows are read without the others. After the
 * header a bit for each row that repeats the text of an earlier one, then where each row begins, then the rows, each
 * `["text", [line, …]]` in JSON, or nothing when it is a repetition. Numbers are little endian.
 */
const magic = Buffer.from('snippets');

export const snippetsHeaderBytes = 16;

export interface SnippetsHeader {
  readonly count: number;
  readonly repeated: number;
}

/** Bytes of rows that are collected before they are written. */
const bufferedBytes = 2 ** 18;

/** Bytes of the bits that mark repetitions. */
export const repetitionBytes = (count: number): number => Math.ceil(count / 8);

/** Where the eight bytes are that say where a row begins; those of the next row say where it ends. */
export const rowPointer = (count: number, row: number): number =>
  snippetsHeaderBytes + repetitionBytes(count) + row * 8;

/**
 * Writes the file beside an embedder's output, for `ModuleOutput.snippetsPath`. A text without line numbers gets its place in the
 * list, counted from 1, as the hosted service does it.
 *
 * @param items Those that were embedded: as many, and in the same order, as there are rows in the output.
 * @returns The file's path in the scratch directory.
 * @example
 * ```ts
 * return { path, facts, snippetsPath: await writeSnippets(context, items) };
 * ```
 */
export async function writeSnippets(
  context: Pick<ModuleContext, 'scratch' | 'limits'>,
  items: readonly Item[],
): Promise<string> {
  const count = items.length;
  return BinaryOutput.write('snippets', context, async (output) => {
    const head = Buffer.alloc(rowPointer(count, count + 1));
    await output.append(head);
    const seen = new Set<string>();
    let parts: Buffer[] = [];
    let buffered = 0;
    let position = head.length;
    const flush = async (): Promise<void> => {
      await output.append(Buffer.concat(parts));
      parts = [];
      buffered = 0;
    };
    for (const [row, { text, lineNumbers }] of items.entries()) {
      head.writeDoubleLE(position, rowPointer(count, row));
      if (seen.has(text)) {
        markRepeated(head, row);
        continue;
      }
      seen.add(text);
      const part = Buffer.from(JSON.stringify([text, lineNumbers ?? [row + 1]]));
      parts.push(part);
      position += part.length;
      buffered += part.length;
      if (buffered >= bufferedBytes) await flush();
    }
    await flush();
    head.writeDoubleLE(position, rowPointer(count, count));
    magic.copy(head);
    head.writeUInt32LE(count, 8);
    head.writeUInt32LE(count - seen.size, 12);
    await output.replace(head, 0);
  });
}

function markRepeated(head: Buffer, row: number): void {
  const at = snippetsHeaderBytes + (row >> 3);
  head[at] = (head[at] ?? 0) | (1 << (row & 7));
}

/** Whether a row repeats the text of an earlier one. */
export function isRepeated(repetitions: Uint8Array, row: number): boolean {
  return (((repetitions[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/** @throws when these are not the first {@link snippetsHeaderBytes} of such a file. */
export function parseSnippetsHeader(start: Buffer): SnippetsHeader {
  if (start.length === snippetsHeaderBytes && start.subarray(0, 8).equals(magic)) {
    return { count: start.readUInt32LE(8), repeated: start.readUInt32LE(12) };
  }
  throw new Error('Expected the snippets of an index, got something else');
}
