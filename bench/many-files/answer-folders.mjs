import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Reads lines `{ "input", "output" }` from standard input. For each, processes the files of one folder into the other, and prints
 * the milliseconds until the last file is done.
 *
 * @param {(files: { name: string, input: string }[], output: string) => Promise<unknown>} doFiles
 */
export async function answerFolders(doFiles) {
  console.log('"ready"');
  for await (const line of createInterface({ input: process.stdin })) {
    const { input, output } = JSON.parse(line);
    const files = readdirSync(input).map((name) => ({ name, input: join(input, name) }));
    const start = performance.now();
    await doFiles(files, output);
    console.log(performance.now() - start);
  }
}
