import { createRequire } from 'node:module';
import type * as Transformers from '@huggingface/transformers';

/** The version that this server is tested with. */
const libraryVersion = '4.3.1';

/** Explains how to install the library; returns `undefined` when it is installed. */
export function missingLibrary(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@huggingface/transformers');
    return undefined;
  } catch {
    return (
      'Running models on this machine needs a package that is not installed beside the server. ' +
      `Install it with: npm install --ignore-scripts @huggingface/transformers@${libraryVersion}`
    );
  }
}

export async function loadLibrary(): Promise<typeof Transformers> {
  return import('@huggingface/transformers');
}
