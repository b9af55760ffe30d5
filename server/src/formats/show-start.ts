import { formatValue } from 'millrace/shared/rules/format-value.js';

/**
 * Describes a file with the wrong format for an error message: its start, or its size if it is smaller than the expected header.
 *
 * @param start The start of the file: at least `headerBytes` bytes, or the whole file if it is smaller.
 * @param headerBytes The minimum length of the expected format's header.
 * @param magicBytes The length of the expected format's magic number.
 */
export function describeStart(start: Buffer, headerBytes: number, magicBytes: number): string {
  if (start.length < headerBytes) return `a file of ${start.length} ${start.length === 1 ? 'byte' : 'bytes'}`;
  return `a file that starts with ${formatValue(start.toString('latin1', 0, magicBytes))}`;
}
