import { defaultLimits } from '../rules/limits.js';
import type { DataFormat } from './module.js';

/** The file extensions that a Millrace server accepts by default for each data format. */
export const inputExtensionsByFormat = defaultLimits.extensions;

/** The extension of output files for each data format. */
export const outputExtension: Readonly<Record<DataFormat, string>> = {
  text: '.txt',
  json: '.json',
  image: '.png',
  audio: '.mp3',
  npy: '.npy',
  faiss: '.faiss',
  db: '.db',
};
