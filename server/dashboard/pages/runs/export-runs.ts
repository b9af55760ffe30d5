import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { api } from '../../data/api.js';
import { saveFile } from '../../parts/basics/save-file.js';
import type { RunSelection } from './run-filters.js';

export type ExportFormat = 'CSV' | 'JSON';

const pageSize = 1000;

const fields = [
  'requestId',
  'name',
  'kind',
  'of',
  'version',
  'state',
  'late',
  'subject',
  'fileId',
  'worker',
  'parent',
  'rerunOf',
  'createdAt',
  'startedAt',
  'finishedAt',
  'durationMs',
  'warningCount',
] as const satisfies readonly (keyof RunSummary)[];

/** Reads all runs of a selection, page by page, and downloads them as a file. @returns The number of runs. */
export async function exportRuns(
  selection: RunSelection,
  format: ExportFormat,
  onRead: (amount: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const parts: string[] = format === 'CSV' ? [`${[...fields, 'error'].join(',')}\r\n`] : ['['];
  let read = 0;
  let cursor: string | null = null;
  do {
    const page: RunList = await api('/v1/runs', { query: { ...selection, cursor, limit: pageSize }, signal });
    const { items } = page;
    parts.push(format === 'CSV' ? items.map(toCsvLine).join('') : toJsonItems(items, read === 0));
    read += items.length;
    onRead(read);
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (format === 'JSON') parts.push('\n]\n');
  saveFile(
    new Blob(parts, { type: format === 'CSV' ? 'text/csv' : 'application/json' }),
    `runs.${format.toLowerCase()}`,
  );
  return read;
}

const toCsvLine = (run: RunSummary): string =>
  `${[...fields.map((field) => run[field]), run.error?.message ?? null].map(toCell).join(',')}\r\n`;

/** Spreadsheets treat a text that begins with one of these characters as a formula. */
const formulaStart = /^[=+\-@\t\r]/;

function toCell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const toJsonItems = (runs: readonly RunSummary[], isFirst: boolean): string =>
  runs.map((run, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(run)}`).join('');
