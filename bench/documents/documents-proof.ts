import { basename, join } from 'node:path';
import { Client } from 'millrace';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { compareWords, type Comparison } from './compare-words.js';
import { findDocuments, type FoundDocument } from './find-documents.js';
import { readReport, toResults, writeReport, type Proved } from './proof-report.js';
import { convertAll, programs, readReference, type Program } from './reference.js';

const folders = (process.env['BENCH_DOCUMENTS'] ?? '/usr/share:/usr/lib').split(':');
const maxOfKind = Number(process.env['BENCH_DOCUMENTS_OF_A_KIND'] ?? 1000);
const reportPath = process.env['BENCH_DOCUMENTS_REPORT'] ?? 'documents-proof.jsonl';
const inFlight = 2;
/** How many documents LibreOffice converts before they are compared. */
const groupSize = 60;

interface Read {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly error?: string;
}

/**
 * Sends the documents of some folders through `parser` on a server of its own, and compares their words with those that other
 * programs read. What it found of each document is a line of JSON in a file, and a run goes on where the last one with this file
 * has stopped.
 */
export function documentsProof(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const proved = await readReport(reportPath);
    const done = new Set(proved.map(({ path }) => path));
    const documents = await findDocuments(folders, maxOfKind);
    const left = documents.filter(({ path }) => !done.has(path));
    console.error(`${documents.length} documents, ${left.length} of them left`);
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      for (let from = 0; from < left.length; from += groupSize) {
        const group = left.slice(from, from + groupSize);
        const converted = await convertAll(group, join(directory, `converted-${from}`));
        const work = async (): Promise<void> => {
          for (let document = group.shift(); document; document = group.shift()) {
            const comparison = await prove(client, document, converted.get(document));
            proved.push(comparison);
            await writeReport(reportPath, comparison);
          }
        };
        await Promise.all(Array.from({ length: inFlight }, work));
        console.error(`${Math.max(0, left.length - from - groupSize)} documents left`);
      }
    } finally {
      await client.close();
      await server.stop();
    }
    return toResults(proved);
  });
}

async function prove(client: Client, document: FoundDocument, converted: string | undefined): Promise<Proved> {
  const { text, ...rest } = await readOurs(client, document);
  const comparisons: Partial<Record<Program, Comparison>> = {};
  for (const program of programs[document.kind]) {
    const reference = await readReference(document, program, converted);
    if (reference !== undefined) comparisons[program] = compareWords(text, reference);
  }
  return { ...document, ...rest, comparisons };
}

let sent = 0;

/** Pages are not read by OCR: the other programs do not, either. */
async function readOurs(client: Client, { path }: FoundDocument): Promise<Read> {
  try {
    const { output, warnings } = await client.createPipeline('proof', ['parser']).process(path, {
      // two files of a pipeline cannot have the same name
      fileName: `${++sent}-${basename(path)}`,
      localSaveDirectory: false,
      modules: { parser: { params: { ocr: 'never' } } },
    });
    return { text: output.map(({ snippet }) => snippet).join('\n'), warnings: warnings.map(({ code }) => code) };
  } catch (error) {
    return { text: '', warnings: [], error: (error as Error).message };
  }
}
