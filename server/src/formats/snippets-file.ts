import { BinaryOutput } from './binary-output.js';
import type { ModuleContext } from '../module-contract/module.js';
import type { Item } from './read-items.js';
import { describeStart } from './show-start.js';

/**
 * Identifies a snippets file. The file contains the text for each vector in an index, as rows that search can read individually. After the
 * header, the file contains one bit per row (set if an earlier row has the same text), the offset of each row and of the end of the last
 * row, and the rows. A row is `["text", [line, …]]` in JSON, or empty for a duplicate text. Numbers are little-endian.
 */
const magic = Buffer.from('snippets');

/** Length of the header, in bytes: the magic number, the number of rows, and the number of duplicates. */
export const snippetsHeaderBytes = 16;

interface SnippetsHeader {
  /** Number of rows. */
  readonly count: number;
  /** Number of rows with the same text as an earlier row. */
  readonly duplicateCount: number;
}

/** Number of bytes to buffer before each write. */
const flushThresholdBytes = 2 ** 18;

/** Returns the length of the bit field that marks duplicate rows, in bytes. */
export const getDuplicateBitsLength = (count: number): number => Math.ceil(count / 8);

/** Returns the position in the file of a row's offset, which is a double. A row ends at the offset of the next row. */
export const getRowOffsetPosition = (count: number, row: number): number =>
  snippetsHeaderBytes + getDuplicateBitsLength(count) + row * 8;

/**
 * Writes the file for `ModuleOutput.snippetsPath`. For an item without line numbers, writes the item's 1-based position in the list
 * instead, as the hosted service does.
 *
 * @param items The embedded items, in the order of the output's rows.
 * @returns The path of the file `snippets` in the scratch directory.
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
    const head = Buffer.alloc(getRowOffsetPosition(count, count + 1));
    await output.append(head);
    const seen = new Set<string>();
    let parts: Buffer[] = [];
    let bufferedBytes = 0;
    let position = head.length;
    const flush = async (): Promise<void> => {
      await output.append(Buffer.concat(parts));
      parts = [];
      bufferedBytes = 0;
    };
    for (const [row, { text, lineNumbers }] of items.entries()) {
      head.writeDoubleLE(position, getRowOffsetPosition(count, row));
      if (seen.has(text)) {
        markDuplicate(head, row);
        continue;
      }
      seen.add(text);
      const part = Buffer.from(JSON.stringify([text, lineNumbers ?? [row + 1]]));
      parts.push(part);
      position += part.length;
      bufferedBytes += part.length;
      if (bufferedBytes >= flushThresholdBytes) await flush();
    }
    await flush();
    head.writeDoubleLE(position, getRowOffsetPosition(count, count));
    magic.copy(head);
    head.writeUInt32LE(count, 8);
    head.writeUInt32LE(count - seen.size, 12);
    await output.replace(head, 0);
  });
}

function markDuplicate(head: Buffer, row: number): void {
  const byteIndex = snippetsHeaderBytes + (row >> 3);
  head[byteIndex] = (head[byteIndex] ?? 0) | (1 << (row & 7));
}

/** Returns whether a row has the same text as an earlier row. */
export function isDuplicate(duplicateBits: Uint8Array, row: number): boolean {
  return (((duplicateBits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/**
 * Parses the header of a snippets file.
 *
 * @param start The first {@link snippetsHeaderBytes} bytes of the file, or the whole file if it is smaller.
 * @throws An error if the file is not a snippets file.
 */
export function parseSnippetsHeader(start: Buffer): SnippetsHeader {
  if (start.length === snippetsHeaderBytes && start.subarray(0, 8).equals(magic)) {
    return { count: start.readUInt32LE(8), duplicateCount: start.readUInt32LE(12) };
  }
  throw new Error(`Expected a snippets file, got ${describeStart(start, snippetsHeaderBytes, magic.length)}`);
}

/**
 * Returns the distinct texts in a snippets file, each with the line numbers of its first row.
 *
 * @throws An error if the file is not a snippets file.
 */
export function listSnippets(content: Buffer): { text: string; lineNumbers: number[] }[] {
  const { count } = parseSnippetsHeader(content.subarray(0, snippetsHeaderBytes));
  const duplicateBits = content.subarray(snippetsHeaderBytes);
  return Array.from({ length: count }, (_, row) => row)
    .filter((row) => !isDuplicate(duplicateBits, row))
    .map((row) => {
      const [from, to] = [row, row + 1].map((index) => content.readDoubleLE(getRowOffsetPosition(count, index)));
      const [text, lineNumbers] = JSON.parse(content.toString('utf8', from, to)) as [string, number[]];
      return { text, lineNumbers };
    });
}
