import { showValue } from 'millrace/shared/rules/show-value.js';

/**
 * Describes the start of a file with the wrong format, for an error message.
 *
 * @param start The first `headerBytes` bytes of the file, or the whole file if it is smaller.
 * @param magicBytes The length of the expected format's magic number.
 */
export function describeStart(start: Buffer, headerBytes: number, magicBytes: number): string {
  if (start.length < headerBytes) return `a file of ${start.length} ${start.length === 1 ? 'byte' : 'bytes'}`;
  return `a file that starts with ${showValue(start.toString('latin1', 0, magicBytes))}`;
}
