import { defaultLimits } from '../rules/limits.js';
import type { DataFormat } from './module.js';
import { findModule } from './catalogue.js';

/** The file extensions that a Millrace server accepts for each data format. The first one is that of outputs. */
export const inputExtensions = defaultLimits.extensions;

/** The extension of an output file for each data format. */
export const outputExtension: Readonly<Record<DataFormat, string>> = {
  text: '.txt',
  json: '.json',
  image: '.png',
  audio: '.mp3',
  npy: '.npy',
  faiss: '.faiss',
  db: '.db',
};

/** Returns the extensions of a chain's input files; `undefined` if its first module is not built in. */
export function inputExtensionsOf(chain: readonly string[]): readonly string[] | undefined {
  const first = findModule(chain[0] ?? '');
  return first && inputExtensions[first.input];
}
