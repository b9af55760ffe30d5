import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../command.js';

/** The argument that means standard input. */
export const standardInput = '-';

export interface SavedInput {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Reads the file name for standard input.
 *
 * @returns `undefined` if no argument is `-`.
 * @throws `UsageError` if the name is missing or invalid, if `-` is given twice or in a batch, or if `--file-name` is given without `-`.
 */
export function readStandardInputName(
  files: readonly string[],
  {
    name,
    'file-name': fileName,
    isBatch,
  }: { name?: string | undefined; 'file-name'?: string | undefined; isBatch: boolean },
): string | undefined {
  const useCount = files.filter((file) => file === standardInput).length;
  if (useCount === 0) {
    if (fileName === undefined) return undefined;
    throw new UsageError("--file-name can only be used with '-', which means standard input.");
  }
  if (useCount > 1) throw new UsageError("Expected '-' once, because standard input can be read only once.");
  if (isBatch) throw new UsageError("'-' cannot be used with a directory or with --manifest.");
  const inputName = fileName ?? name;
  if (inputName === undefined) {
    throw new UsageError(
      "Missing --file-name NAME. Its extension determines the format of standard input, as in '-' --file-name notes.txt.",
    );
  }
  if (inputName !== basename(inputName) || ['', '.', '..'].includes(inputName)) {
    throw new UsageError(
      `Expected the name for standard input to be a file name without a directory, got '${inputName}'.`,
    );
  }
  return inputName;
}

/** Saves standard input to a temporary file, so that its size is known and the upload can be retried. */
export async function saveStandardInput(stdin: Readable, fileName: string, signal: AbortSignal): Promise<SavedInput> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const path = join(directory, fileName);
  try {
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
