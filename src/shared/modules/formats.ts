import { defaultLimits } from '../rules/limits.js';
import type { DataFormat } from './module.js';
import { findModule } from './catalogue.js';

/** File extensions that a Millrace server accepts for each data format, the format's own output extension first. */
export const inputExtensions = defaultLimits.extensions;

/** The extension of a file that a chain ending in this format puts out. */
export const outputExtension: Readonly<Record<DataFormat, string>> = {
  text: '.txt',
  json: '.json',
  image: '.png',
  audio: '.mp3',
  npy: '.npy',
  faiss: '.faiss',
  db: '.db',
};

/** The extensions that a chain's input files may have, where its first module is built in. */
export function inputExtensionsOf(chain: readonly string[]): readonly string[] | undefined {
  const first = findModule(chain[0] ?? '');
  return first && inputExtensions[first.input];
}
