import { basename, join } from 'node:path';
import { Client } from 'millrace';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { compareWords, type Comparison } from './compare-words.js';
import { findDocuments, type FoundDocument } from './find-documents.js';
import { readReport, toResults, appendToReport, type ComparedDocument } from './proof-report.js';
import { convertAll, programs, readReference, type Program } from './reference.js';

const folders = (process.env['BENCH_DOCUMENTS'] ?? '/usr/share:/usr/lib').split(':');
const maxOfKind = Number(process.env['BENCH_DOCUMENTS_OF_A_KIND'] ?? 1000);
const reportPath = process.env['BENCH_DOCUMENTS_REPORT'] ?? 'documents-proof.jsonl';
const inFlight = 2;
/** Number of documents to convert with LibreOffice before comparing them. */
const groupSize = 60;

interface ParsedDocument {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly error?: string;
}

/**
 * Sends the documents in some folders through `parser` on a new server, and compares the words in its output with the words that other
 * programs read. Appends the result for each document to a file as a line of JSON. A run continues where the previous run with the same
 * file stopped.
 */
export function documentsProof(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const compared = await readReport(reportPath);
    const done = new Set(compared.map(({ path }) => path));
    const documents = await findDocuments(folders, maxOfKind);
    const remaining = documents.filter(({ path }) => !done.has(path));
    console.error(`${documents.length} documents, ${remaining.length} remaining`);
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      for (let from = 0; from < remaining.length; from += groupSize) {
        const group = remaining.slice(from, from + groupSize);
        const converted = await convertAll(group, join(directory, `converted-${from}`));
        const work = async (): Promise<void> => {
          for (let document = group.shift(); document; document = group.shift()) {
            const comparison = await compareDocument(client, document, converted.get(document));
            compared.push(comparison);
            await appendToReport(reportPath, comparison);
          }
        };
        await Promise.all(Array.from({ length: inFlight }, work));
        console.error(`${Math.max(0, remaining.length - from - groupSize)} documents remaining`);
      }
    } finally {
      await client.close();
      await server.stop();
    }
    return toResults(compared);
  });
}

async function compareDocument(
  client: Client,
  document: FoundDocument,
  converted: string | undefined,
): Promise<ComparedDocument> {
  const { text, ...rest } = await parseDocument(client, document);
  const comparisons: Partial<Record<Program, Comparison>> = {};
  for (const program of programs[document.kind]) {
    const reference = await readReference(document, program, converted);
    if (reference !== undefined) comparisons[program] = compareWords(text, reference);
  }
  return { ...document, ...rest, comparisons };
}

let sentCount = 0;

/** Reads a document with `parser`, without OCR, because the other programs do not read images either. */
async function parseDocument(client: Client, { path }: FoundDocument): Promise<ParsedDocument> {
  try {
    const { output, warnings } = await client.createPipeline('proof', ['parser']).process(path, {
      // number the names, because the files of a pipeline must have different names
      fileName: `${++sentCount}-${basename(path)}`,
      localSaveDirectory: false,
      modules: { parser: { params: { ocr: 'never' } } },
    });
    return { text: output.map(({ snippet }) => snippet).join('\n'), warnings: warnings.map(({ code }) => code) };
  } catch (error) {
    return { text: '', warnings: [], error: (error as Error).message };
  }
}
