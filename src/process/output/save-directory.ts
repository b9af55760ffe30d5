import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ValidationError } from '../../errors/validation-error.js';

interface SaveOptions {
  readonly localSaveDirectory?: string | false | undefined;
  readonly downloadOutput?: boolean | undefined;
}

/**
 * Creates the local save directory if it does not exist, and checks that it is writable. Call this before uploading a file, so that an
 * unwritable directory does not waste a run.
 *
 * @returns The absolute path, or `undefined` if the options disable saving.
 * @throws `ValidationError` if the directory cannot be created or is not writable.
 */
export async function prepareSaveDirectory(options: SaveOptions): Promise<string | undefined> {
  const directory = resolveSaveDirectory(options);
  if (directory === undefined) return undefined;
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const actual = descriptionByCode[code ?? ''];
    const explanation = actual
      ? `Expected a directory at ${directory}, got ${actual}`
      : `Could not create or use the directory ${directory}: ${message}`;
    throw new ValidationError([{ path: ['localSaveDirectory'], message: explanation }]);
  }
  return directory;
}

/** Describes what is at a path that is not a directory, by the error code of `mkdir`. */
const descriptionByCode: Record<string, string> = { EEXIST: 'a file', ENOTDIR: 'a path below a file' };

function resolveSaveDirectory({ localSaveDirectory, downloadOutput }: SaveOptions): string | undefined {
  if (localSaveDirectory === false || downloadOutput === false) return undefined;
  return resolve(localSaveDirectory ?? '.');
}
