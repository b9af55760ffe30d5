import { open, type FileHandle } from 'node:fs/promises';
import { parseSnippetsHeader, getRowOffsetPosition, snippetsHeaderBytes } from '../../formats/snippets-file.js';
import type { Queryable } from '../../store/db/db.js';

/** An embedded text, and its line numbers as stored in a snippets file. */
export interface Snippet {
  readonly text: string;
  readonly lineNumbers: readonly number[];
}

/** Returns the blob key of each file's snippets, by file id. Omits files without snippets. */
export async function findSnippetBlobs(db: Queryable, fileIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ file_id: string; snippets_blob: string }>(
    `select run.file_id, task_run.snippets_blob from run join task_run on task_run.run_id = run.id
     where run.file_id = any($1::uuid[]) and run.state = 'completed' and task_run.snippets_blob is not null`,
    [fileIds],
  );
  return new Map(rows.map((row) => [row.file_id, row.snippets_blob]));
}

/**
 * Reads the snippets in the given rows of a file, without loading the other rows.
 *
 * @param reserve Called before each row is read, with the size of the row in bytes. Can throw an error to stop reading.
 */
export async function readSnippets(
  path: string,
  rows: readonly number[],
  reserve: (bytes: number) => void,
): Promise<Snippet[]> {
  const file = await open(path, 'r');
  try {
    const { count } = parseSnippetsHeader(await readAt(file, 0, snippetsHeaderBytes));
    const snippets: Snippet[] = [];
    for (const row of rows) {
      const offsets = await readAt(file, getRowOffsetPosition(count, row), 16);
      const [from, to] = [offsets.readDoubleLE(0), offsets.readDoubleLE(8)];
      reserve(to - from);
      const [text, lineNumbers] = JSON.parse((await readAt(file, from, to - from)).toString()) as [string, number[]];
      snippets.push({ text, lineNumbers });
    }
    return snippets;
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0)
      throw new Error(`Expected ${length} bytes of snippets at ${position}, got the end of the file`);
    filled += bytesRead;
  }
  return buffer;
}
