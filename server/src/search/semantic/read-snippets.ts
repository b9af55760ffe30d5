import { open, type FileHandle } from 'node:fs/promises';
import { parseSnippetsHeader, rowPointer, snippetsHeaderBytes } from '../../formats/snippets-file.js';

/** A text that was embedded, and the lines that it came from. */
export interface Snippet {
  readonly text: string;
  readonly lineNumbers: readonly number[];
}

/**
 * Reads the snippets of some rows, and nothing else of the file.
 *
 * @param take Is told the bytes of each snippet before it is read, and throws to stop.
 */
export async function readSnippets(
  path: string,
  rows: readonly number[],
  take: (bytes: number) => void,
): Promise<Snippet[]> {
  const file = await open(path, 'r');
  try {
    const { count } = parseSnippetsHeader(await readAt(file, 0, snippetsHeaderBytes));
    const snippets: Snippet[] = [];
    for (const row of rows) {
      const pointers = await readAt(file, rowPointer(count, row), 16);
      const [from, to] = [pointers.readDoubleLE(0), pointers.readDoubleLE(8)];
      take(to - from);
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
