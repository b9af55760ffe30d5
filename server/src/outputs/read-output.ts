import { parseItems } from 'millrace/shared/rules/json-items.js';
import type { FileOutputPage, OutputKind } from 'millrace/shared/types/files/file-output.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { unpackOccurrences } from '../formats/postings.js';
import { listSnippets } from '../formats/snippets-file.js';
import { findSnippetBlobs } from '../search/semantic/read-snippets.js';
import type { Queryable } from '../store/db/db.js';
import type { FileRow } from '../store/tables/files/files.js';
import { listPostings } from '../store/tables/postings.js';

/** Maximum size of a blob whose items can be read page by page, in bytes. */
export const maxReadBytes = 32 * 1024 ** 2;

/** Selects a page of an output's items. */
export interface PageQuery {
  readonly offset: number;
  readonly limit: number;
  /** Selects only items that contain this text, ignoring case. */
  readonly q?: string | undefined;
}

type OutputItems = Pick<FileOutputPage, 'items' | 'total'>;

const jsonKindByModule: Readonly<Record<string, OutputKind>> = {
  parser: 'snippets',
  translate: 'snippets',
  sentiment: 'sentiment',
  ocr: 'ocr',
  transcribe: 'transcript',
  caption: 'captions',
  extract: 'fields',
  classify: 'labels',
};

const kindByExtension: Readonly<Record<string, OutputKind>> = {
  '.txt': 'text',
  '.json': 'json',
  '.db': 'keywords',
  '.npy': 'vectors',
  '.faiss': 'vectors',
};

/** Returns the kind of a file's output, based on the output's extension and, for JSON, on the last module of the chain. */
export function getOutputKind({ chain, output_extension: extension }: FileRow): OutputKind {
  const kind = kindByExtension[extension ?? ''] ?? 'binary';
  return kind === 'json' ? (jsonKindByModule[chain.at(-1) ?? ''] ?? 'json') : kind;
}

/**
 * Reads a page of the items in a file's output.
 *
 * @returns The page, or the size of the blob that contains the items if the blob is larger than {@link maxReadBytes}.
 */
export async function readOutputItems(
  { db, blobs }: { readonly db: Queryable; readonly blobs: BlobStore },
  file: FileRow & { readonly output_blob: string },
  page: PageQuery,
): Promise<OutputItems | { readonly blobBytes: number }> {
  const kind = getOutputKind(file);
  if (kind === 'binary') return { items: [], total: 0 };
  if (kind === 'keywords') return readKeywords(db, file.id, page);
  const blob = kind === 'vectors' ? (await findSnippetBlobs(db, [file.id])).get(file.id) : file.output_blob;
  // snippets are stored only if the last two modules are `text-embedder` and `vector-db`
  if (blob === undefined) return { items: [], total: 0 };
  const blobBytes = (await blobs.getSize(blob)) ?? 0;
  if (blobBytes > maxReadBytes) return { blobBytes };
  const content = await blobs.load(blob);
  if (!content)
    throw new Error(`Expected the items of file ${file.id} to be in the blob store, but their blob is missing.`);
  if (kind === 'vectors') {
    const snippets = listSnippets(content).map(({ text, lineNumbers }) => ({
      snippet: text,
      line_numbers: lineNumbers,
    }));
    return selectItems(snippets, page, ({ snippet }) => snippet);
  }
  const text = content.toString();
  if (kind === 'text') return selectItems(splitLines(text), page, (line) => line);
  const value = parseItems(text) as Json;
  return selectItems(Array.isArray(value) ? (value as readonly Json[]) : [value], page, (item) => JSON.stringify(item));
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

async function readKeywords(db: Queryable, fileId: string, { offset, limit, q }: PageQuery): Promise<OutputItems> {
  const { rows, total } = await listPostings(db, fileId, { offset, limit, q });
  const items = rows.map(({ stem, occurrences }) => ({
    keyword: stem,
    occurrences: unpackOccurrences(occurrences).map((occurrence) => ({ ...occurrence })),
  }));
  return { items, total };
}

function selectItems<T extends Json>(
  all: readonly T[],
  { offset, limit, q }: PageQuery,
  getText: (item: T) => string,
): OutputItems {
  const needle = q?.toLowerCase();
  const matching = needle === undefined ? all : all.filter((item) => getText(item).toLowerCase().includes(needle));
  return { items: matching.slice(offset, offset + limit), total: matching.length };
}
