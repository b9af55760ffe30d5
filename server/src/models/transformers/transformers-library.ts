import { createRequire } from 'node:module';
import type * as Transformers from '@huggingface/transformers';

/** The version of Transformers.js that this server is tested with. */
const transformersVersion = '4.3.1';

export const installTransformersCommand = `npm install --ignore-scripts @huggingface/transformers@${transformersVersion}`;

/** Explains how to install Transformers.js, or returns `undefined` if it is installed. */
export function explainMissingTransformers(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('@huggingface/transformers');
    return undefined;
  } catch {
    return (
      'Running models on this machine requires an optional package that is not installed. ' +
      `Install it with: ${installTransformersCommand}`
    );
  }
}

export async function loadTransformersLibrary(): Promise<typeof Transformers> {
  return import('@huggingface/transformers');
}
