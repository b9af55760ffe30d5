import { ResponseShapeError } from '../../errors/response-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import { formatBytes } from '../../shared/rules/files/file-size.js';
import { ContentCheck, type ExpectedContent } from './content-check.js';

/** Maximum size of an output or input to return in memory, in bytes. */
const maxBytes = 64 * 2 ** 20;

/**
 * Reads an output or input into memory, and checks its size and checksum if they are known.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `ValidationError` if the content is too large; `IntegrityError` if the size or checksum is wrong; any error thrown by `bytes` or
 * `onBytes`.
 */
export async function readOutput(
  fileId: string,
  { bytes, ...expected }: ExpectedContent & { readonly bytes: AsyncIterable<Buffer> },
  onBytes: (bytes: number) => void,
): Promise<Buffer> {
  if (expected.length !== undefined) checkSize(fileId, expected.length);
  const check = new ContentCheck(`the output of file ${fileId}`);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) {
    chunks.push(chunk);
    check.add(chunk);
    checkSize(fileId, check.length);
    onBytes(chunk.length);
  }
  check.end(expected);
  return Buffer.concat(chunks);
}

/**
 * Decodes an output by its extension. Returns the parsed value for `.json`, a string for `.txt`, and the bytes for any other extension.
 *
 * @param label Describes the output in the error message.
 * @throws `ResponseShapeError` if a JSON output is invalid.
 */
export function decodeOutput(content: Buffer, extension: string, label: string): unknown {
  switch (extension.toLowerCase()) {
    case '.json':
      try {
        return JSON.parse(content.toString('utf8')) as unknown;
      } catch {
        throw new ResponseShapeError(`Expected ${label} to be valid JSON.`, undefined);
      }
    case '.txt':
      return content.toString('utf8');
    default:
      return content;
  }
}

function checkSize(fileId: string, length: number): void {
  if (length <= maxBytes) return;
  const message =
    `Expected the output of file ${fileId} to be at most ${formatBytes(maxBytes)}, the limit for outputs in memory, got more. ` +
    `Read it with pipeline.streamOutput('${fileId}'), or set localSaveDirectory to a directory`;
  throw new ValidationError([{ path: ['output'], message }]);
}
