import { appendFile, readFile } from 'node:fs/promises';
import type { Result } from '../support/report.js';
import type { Comparison } from './compare-words.js';
import type { FoundDocument, DocumentKind } from './find-documents.js';
import { programs, type Program } from './reference.js';

/** The maximum share of words that a document can lack without being reported. */
const maxMissing = 0.05;

/** A line of the report: a document and its comparisons. */
export interface ComparedDocument extends FoundDocument {
  /** The codes of the warnings that `parser` reported. */
  readonly warnings: readonly string[];
  readonly error?: string;
  /** The comparison with each program that could read the document. */
  readonly comparisons: Partial<Record<Program, Comparison>>;
}

/** Returns the documents that an earlier run has compared. Omits a line that the run did not finish writing. */
export async function readReport(path: string): Promise<ComparedDocument[]> {
  const lines = await readFile(path, 'utf8').catch(() => '');
  return lines
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as ComparedDocument);
}

export function appendToReport(path: string, document: ComparedDocument): Promise<void> {
  const silent = Object.values(document.comparisons).some((comparison) => lacksWordsSilently(document, comparison));
  return appendFile(path, `${JSON.stringify({ ...document, silent })}\n`);
}

/** Returns a row of results for each kind of document and program. */
export function toResults(documents: readonly ComparedDocument[]): Result[] {
  return Object.entries(programs).flatMap(([kind, readers]) =>
    readers.flatMap((program) => toResult(kind as DocumentKind, program, documents)),
  );
}

function toResult(kind: DocumentKind, program: Program, documents: readonly ComparedDocument[]): Result[] {
  const ofKind = documents.filter((document) => document.kind === kind);
  const compared = ofKind.flatMap((document) => {
    const comparison = document.comparisons[program];
    return comparison ? [{ document, comparison }] : [];
  });
  if (compared.length === 0) return [];
  const read = compared.filter(({ document }) => document.error === undefined);
  const sum = (count: (comparison: Comparison) => number): number =>
    read.reduce((total, { comparison }) => total + count(comparison), 0);
  const words = sum((each) => each.words);
  const share = (part: number): string => `${((100 * part) / Math.max(1, words)).toFixed(2)} %`;
  const silent = read.filter(({ document, comparison }) => lacksWordsSilently(document, comparison)).length;
  const unread = ofKind.length - compared.length;
  return [
    {
      what: `words of ${read.length} documents (${kind})`,
      measured:
        `${share(sum((each) => each.missing))} missing, ${share(sum((each) => each.absent))} absent from the text; ` +
        `${silent} documents lack more than 5 % without a warning; ${compared.length - read.length} refused`,
      against: `${program}: ${words} words${unread > 0 ? `; it could not read ${unread}` : ''}`,
    },
  ];
}

/** Returns whether a document lacks too many words although it has no warnings. */
function lacksWordsSilently({ warnings, error }: ComparedDocument, { words, missing }: Comparison): boolean {
  return error === undefined && warnings.length === 0 && missing > maxMissing * words;
}
