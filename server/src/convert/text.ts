import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { ModuleError } from '../modules/module.js';
import { decodeText } from './decode-text.js';

/**
 * Reads a text file in any common encoding. Line ends become LF; nothing else is cleaned.
 *
 * @throws `ModuleError` when the file is larger than `maxBytes`, or is no text.
 */
export async function readText(path: string, { maxBytes }: { maxBytes: number }): Promise<string> {
  const { size } = await stat(path);
  const most = Math.min(maxBytes, constants.MAX_STRING_LENGTH);
  if (size > most) {
    throw new ModuleError(
      `Expected the text to have at most ${most} bytes, got ${size}. Split it, or raise the server's limit.`,
    );
  }
  const decoded = await decodeText(await readFile(path));
  if ('binary' in decoded) {
    throw new ModuleError(
      `Expected the file to be text, got what looks like ${decoded.binary}. ` +
        'Send the text that is in it, or use a pipeline that starts with a module for such files.',
    );
  }
  return decoded.text.includes('\r') ? decoded.text.replaceAll(/\r\n?/g, '\n') : decoded.text;
}
