import { open, type FileHandle } from 'node:fs/promises';
import { parseSnippetsHeader, getRowPointer, snippetsHeaderBytes } from '../../formats/snippets-file.js';
import type { Queryable } from '../../store/db/db.js';

/** An embedded text, and its line numbers in the original file. */
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
 * Reads only the snippets of the given rows.
 *
 * @param reserve Called with the size of each snippet in bytes before the snippet is read. Can throw an error to stop reading.
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
      const pointers = await readAt(file, getRowPointer(count, row), 16);
      const [from, to] = [pointers.readDoubleLE(0), pointers.readDoubleLE(8)];
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
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0)
      throw new Error(`Expected ${length} bytes of snippets at ${position}, got the end of the file`);
    done += bytesRead;
  }
  return buffer;
}
