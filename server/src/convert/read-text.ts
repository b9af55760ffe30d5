import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { ModuleError } from '../module-contract/module.js';
import { decodeText } from './decode-text.js';

/**
 * Reads a text file in any common encoding. Line endings are converted to LF, and the text is otherwise unchanged.
 *
 * @param findEncoding Returns the encoding declared in the file itself, as in HTML.
 * @throws `ModuleError` if the file is larger than `maxBytes`, or is not text.
 */
export async function readText(
  path: string,
  { maxBytes, findEncoding }: { maxBytes: number; findEncoding?: (bytes: Uint8Array) => string | undefined },
): Promise<string> {
  const { size } = await stat(path);
  const limit = Math.min(maxBytes, constants.MAX_STRING_LENGTH);
  if (size > limit) {
    throw new ModuleError(
      `Expected the text to have at most ${limit} bytes, got ${size}. Split it, or raise the server's limit.`,
    );
  }
  const bytes = await readFile(path);
  const decoded = await decodeText(bytes, findEncoding?.(bytes));
  if ('binary' in decoded) {
    throw new ModuleError(
      `Expected the file to be text, got what looks like ${decoded.binary}. ` +
        'Send the text itself, or use a pipeline that starts with a module for such files.',
    );
  }
  return decoded.text.includes('\r') ? decoded.text.replaceAll(/\r\n?/g, '\n') : decoded.text;
}
