import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

export type DocumentKind = 'pdf' | 'docx' | 'pptx' | 'html' | 'markdown' | 'text';

export interface FoundDocument {
  readonly path: string;
  readonly kind: DocumentKind;
}

const kinds: Readonly<Record<string, DocumentKind>> = {
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

/** Maximum size of a document, in bytes. With larger documents, the benchmark would mainly measure the other programs. */
const maxBytes = 20 * 2 ** 20;

/**
 * Finds documents in folders by their extensions. Returns a reproducible sample of at most `maxOfKind` documents of each kind, without
 * duplicates. The kinds alternate, so that an interrupted run has results for every kind.
 */
export async function findDocuments(folders: readonly string[], maxOfKind: number): Promise<FoundDocument[]> {
  const paths = new Map<DocumentKind, string[]>();
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const kind = kinds[extname(entry.name).toLowerCase()];
      if (!kind || !entry.isFile()) continue;
      const kindPaths = paths.get(kind) ?? [];
      kindPaths.push(join(entry.parentPath, entry.name));
      paths.set(kind, kindPaths);
    }
  }
  const seenDigests = new Set<string>();
  const samples: FoundDocument[][] = [];
  for (const [kind, all] of paths) {
    samples.push((await sample(all, maxOfKind, seenDigests)).map((path) => ({ path, kind })));
  }
  const longest = Math.max(0, ...samples.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => samples.flatMap((documents) => documents[i] ?? [])).flat();
}

async function sample(paths: readonly string[], max: number, seenDigests: Set<string>): Promise<string[]> {
  const selected: string[] = [];
  // order the paths by their hashes, because the files of one folder resemble each other
  const shuffled = paths.map((path) => ({ path, key: digest(path) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (const { path } of shuffled) {
    if (selected.length >= max) break;
    if ((await stat(path)).size > maxBytes) continue;
    const contentDigest = digest(await readFile(path));
    if (seenDigests.has(contentDigest)) continue;
    seenDigests.add(contentDigest);
    selected.push(path);
  }
  return selected;
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
