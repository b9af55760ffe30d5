import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Asked by a line on standard input, `{ "input", "output" }`, has the files of one folder done into the other one, and
 * answers with a line: the milliseconds until the last is done.
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
