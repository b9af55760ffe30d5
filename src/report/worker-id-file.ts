import { readFile } from 'node:fs/promises';
import { checkId } from '../shared/rules/arguments.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';

/** Returns the id in the file; `undefined` when the file is missing or damaged, or belongs to another worker or server. */
export async function readWorkerId(path: string, identity: string): Promise<string | undefined> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown; identity?: unknown } | null;
    const { id } = content ?? {};
    return content?.identity === identity && typeof id === 'string' && checkId(id) === undefined ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the file of a worker's id. Of two programs that write it at once, the file of one remains. */
export async function writeWorkerId(path: string, identity: string, id: string): Promise<void> {
  await writeAtomically(path, `${JSON.stringify({ id, identity })}\n`, { mode: 0o600 });
}
