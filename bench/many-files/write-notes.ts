import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeText } from '../support/text.js';

/** Writes a folder of small texts, numbered from `from` up to, but not including, `to`. */
export async function writeNotes(folder: string, from: number, to: number): Promise<string> {
  await mkdir(folder);
  for (let i = from; i < to; i++) await writeFile(join(folder, `note-${i}.txt`), makeText(1500, i, 2000));
  return folder;
}
