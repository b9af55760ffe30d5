import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Returns the path of the first of these programs that is installed. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Runs a program in a folder with these files, and returns its output file. */
export async function produce(
  folder: string,
  [program, ...args]: readonly [string, ...string[]],
  files: Readonly<Record<string, string>>,
  output: string,
): Promise<Buffer> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await execute(program, args, { cwd: folder, env: { ...process.env, HOME: folder } });
  return readFile(join(folder, output));
}
