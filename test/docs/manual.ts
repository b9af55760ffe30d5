import { readdirSync, readFileSync } from 'node:fs';
import { root } from '../packaging/packed-sdk.js';
import { readPage, type Page } from './page.js';

/** Reads the Markdown pages in a folder of the repository. */
export function readPages(folder: string): Page[] {
  const names = readdirSync(`${root}${folder}`).filter((name) => name.endsWith('.md'));
  return names.map((name) => {
    const path = folder === '.' ? name : `${folder}/${name}`;
    return readPage(path, readFileSync(`${root}${path}`, 'utf8'));
  });
}
