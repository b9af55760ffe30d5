import { ResponseShapeError } from '../../errors/response-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import { formatBytes } from '../../shared/rules/files/file-size.js';
import { ContentCheck, type ExpectedContent } from './content-check.js';

/** Maximum size of an output or input to return in memory, in bytes. */
const maxInMemoryBytes = 64 * 2 ** 20;

/** Identifies a file's output or input. */
export interface FileContentRef {
  readonly fileId: string;
  readonly kind: 'output' | 'input';
}

/**
 * Reads an output or input into memory, and checks its size and checksum if they are known.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `ValidationError` if the content is too large; `IntegrityError` if the size or checksum is wrong; any error thrown by `bytes` or
 * `onBytes`.
 */
export async function readToMemory(
  file: FileContentRef,
  { bytes, ...expected }: ExpectedContent & { readonly bytes: AsyncIterable<Buffer> },
  onBytes: (byteCount: number) => void,
): Promise<Buffer> {
  if (expected.length !== undefined) checkSize(file, expected.length);
  const check = new ContentCheck(`the ${file.kind} of file ${file.fileId}`);
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) {
    chunks.push(chunk);
    check.add(chunk);
    checkSize(file, check.length);
    onBytes(chunk.length);
  }
  check.verify(expected);
  return Buffer.concat(chunks);
}

/**
 * Decodes an output according to its extension. Returns the parsed value for `.json`, a string for `.txt`, and the bytes for any other
 * extension.
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

function checkSize({ fileId, kind }: FileContentRef, length: number): void {
  if (length <= maxInMemoryBytes) return;
  const advice =
    kind === 'output'
      ? `Read it with pipeline.streamOutput('${fileId}'), or set localSaveDirectory to a directory`
      : 'Set localSaveDirectory to a directory';
  const message =
    `Expected the ${kind} of file ${fileId} to be at most ${formatBytes(maxInMemoryBytes)}, the limit for ${kind}s in memory, got more. ` +
    advice;
  throw new ValidationError([{ path: [kind], message }]);
}
