import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a temporary directory that is removed when the test ends. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-sdk-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a text of more words than any server requires. */
export async function textFile(directory: string, name = 'notes.txt'): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, 'The kettle sang while rain kept time on the roof. Nobody hurried.\n');
  return path;
}
