import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

export type Kind = 'pdf' | 'docx' | 'pptx' | 'html' | 'markdown' | 'text';

export interface FoundDocument {
  readonly path: string;
  readonly kind: Kind;
}

const kinds: Readonly<Record<string, Kind>> = {
  '.pdf': 'pdf',
  '.docx': 'docx',
  '.pptx': 'pptx',
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'text',
};

/** Larger files would measure the reference's programs. */
const maxBytes = 20 * 2 ** 20;

/**
 * Finds the documents in folders, by their names: of each kind, a sample of at most `maxOfKind`, which is the same each time. The kinds
 * take turns, so that a run that is stopped says something about all of them. Of files with the same content, one counts.
 */
export async function findDocuments(folders: readonly string[], maxOfKind: number): Promise<FoundDocument[]> {
  const paths = new Map<Kind, string[]>();
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const kind = kinds[extname(entry.name).toLowerCase()];
      if (!kind || !entry.isFile()) continue;
      const ofKind = paths.get(kind) ?? [];
      ofKind.push(join(entry.parentPath, entry.name));
      paths.set(kind, ofKind);
    }
  }
  const seen = new Set<string>();
  const samples: FoundDocument[][] = [];
  for (const [kind, all] of paths) {
    samples.push((await sample(all, maxOfKind, seen)).map((path) => ({ path, kind })));
  }
  const longest = Math.max(0, ...samples.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => samples.flatMap((documents) => documents[i] ?? [])).flat();
}

async function sample(paths: readonly string[], max: number, seen: Set<string>): Promise<string[]> {
  const chosen: string[] = [];
  // in no order of folders, because the files of a folder are alike
  const shuffled = paths.map((path) => ({ path, key: digest(path) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (const { path } of shuffled) {
    if (chosen.length >= max) break;
    if ((await stat(path)).size > maxBytes) continue;
    const content = digest(await readFile(path));
    if (seen.has(content)) continue;
    seen.add(content);
    chosen.push(path);
  }
  return chosen;
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
