import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { ModuleError, type ModuleInput, type Warn } from '../module-contract/module.js';
import { decodeText } from './encoding/decode-text.js';

/** The name that `decodeText` returns for an RTF file. */
const rtf = 'an RTF document';

interface ReadTextOptions {
  readonly maxBytes: number;
  /** Returns the encoding that the file declares, for example in an HTML `<meta>` tag. */
  readonly findEncoding?: (bytes: Uint8Array) => string | undefined;
  /** The encoding that the user chose. */
  readonly encoding?: string | undefined;
  readonly warn: Warn;
}

/**
 * Reads a text file in any common encoding and converts line endings to LF. The text is otherwise unchanged.
 *
 * @throws `ModuleError` if the file is too large or is not text, or if the chosen encoding is unknown.
 */
export async function readText(
  input: Pick<ModuleInput, 'path' | 'content'>,
  { maxBytes, findEncoding, encoding, warn }: ReadTextOptions,
): Promise<string> {
  const size = input.content?.length ?? (await stat(input.path)).size;
  const limit = Math.min(maxBytes, constants.MAX_STRING_LENGTH);
  if (size > limit) {
    throw new ModuleError(
      `Expected the text to have at most ${limit} bytes, got ${size}. Split it, or raise the server's limit (maxTextBytes).`,
    );
  }
  const bytes = input.content ?? (await readFile(input.path));
  const decoded = await decodeText(bytes, { declaredEncoding: findEncoding?.(bytes), chosenEncoding: encoding, warn });
  if ('binaryKind' in decoded) {
    throw new ModuleError(
      `Expected the file to be text, got what looks like ${decoded.binaryKind}. ` +
        (decoded.binaryKind === rtf
          ? 'Save it as docx, PDF or plain text.'
          : 'Send the text itself, or use a pipeline that starts with a module for such files.'),
    );
  }
  return decoded.text.includes('\r') ? decoded.text.replaceAll(/\r\n?/g, '\n') : decoded.text;
}
