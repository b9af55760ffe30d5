import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { checkId } from '../shared/rules/identifier.js';

/** The id that a file holds for this worker on this server; nothing when it is another's, damaged, or not there. */
export async function readWorkerId(path: string, identity: string): Promise<string | undefined> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown; identity?: unknown } | null;
    const { id } = content ?? {};
    return content?.identity === identity && typeof id === 'string' && checkId(id) === undefined ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: two programs that start at once leave the file of one of them. */
export async function writeWorkerId(path: string, identity: string, id: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(draft, `${JSON.stringify({ id, identity })}\n`, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
