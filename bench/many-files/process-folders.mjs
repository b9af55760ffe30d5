import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Reads lines `{ "input", "output" }` from standard input. For each line, processes the files of the input folder into the output folder,
 * and prints the milliseconds until the last file is done.
 *
 * @param {(files: { name: string, input: string }[], output: string) => Promise<unknown>} processFiles
 */
export async function processFolders(processFiles) {
  console.log('"ready"');
  for await (const line of createInterface({ input: process.stdin })) {
    const { input, output } = JSON.parse(line);
    const files = readdirSync(input).map((name) => ({ name, input: join(input, name) }));
    const start = performance.now();
    await processFiles(files, output);
    console.log(performance.now() - start);
  }
}
