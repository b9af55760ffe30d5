import type { DataFormat } from '../types/module.js';

/** File extensions that each data format accepts as an input, the format's own output extension first. */
export const inputExtensions: Readonly<Record<DataFormat, readonly string[]>> = {
  text: ['.txt', '.pdf', '.docx', '.pptx'],
  json: ['.json'],
  image: ['.jpg', '.jpeg', '.png'],
  audio: ['.mp3'],
  npy: ['.npy'],
  faiss: ['.faiss'],
  db: ['.db'],
};

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
