import { createRequire } from 'node:module';
import type * as Transformers from '@huggingface/transformers';

/** The library version that this server is tested with. */
const libraryVersion = '4.3.1';

/** The command that installs the library. */
export const libraryCommand = `npm install --ignore-scripts @huggingface/transformers@${libraryVersion}`;

/** Returns instructions for installing the library, or `undefined` if it is installed. */
export function missingLibrary(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@huggingface/transformers');
    return undefined;
  } catch {
    return (
      'Running models on this machine requires an optional package that is not installed. ' +
      `Install it with: ${libraryCommand}`
    );
  }
}

export async function loadLibrary(): Promise<typeof Transformers> {
  return import('@huggingface/transformers');
}
