import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { callApi } from '../../data/api.js';
import { saveFile } from '../../parts/basics/save-file.js';
import type { RunQuery } from './run-filters.js';

export type ExportFormat = 'CSV' | 'JSON';

const pageSize = 1000;

const exportedFields = [
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

/**
 * Fetches all runs that match a query, and saves them as a CSV or JSON file.
 *
 * @param onProgress Called after each page with the number of runs fetched so far.
 * @returns The number of exported runs.
 */
export async function exportRuns(
  runQuery: RunQuery,
  format: ExportFormat,
  onProgress: (fetchedCount: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const parts: string[] = format === 'CSV' ? [`${[...exportedFields, 'error'].join(',')}\r\n`] : ['['];
  let fetchedCount = 0;
  let cursor: string | null = null;
  do {
    const page: RunList = await callApi('/v1/runs', { query: { ...runQuery, cursor, limit: pageSize }, signal });
    const { items } = page;
    parts.push(format === 'CSV' ? items.map(toCsvLine).join('') : toJsonItems(items, fetchedCount === 0));
    fetchedCount += items.length;
    onProgress(fetchedCount);
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (format === 'JSON') parts.push('\n]\n');
  saveFile(
    new Blob(parts, { type: format === 'CSV' ? 'text/csv' : 'application/json' }),
    `runs.${format.toLowerCase()}`,
  );
  return fetchedCount;
}

const toCsvLine = (run: RunSummary): string =>
  `${[...exportedFields.map((field) => run[field]), run.error?.message ?? null].map(toCsvCell).join(',')}\r\n`;

/** Matches text that a spreadsheet might interpret as a formula. */
const formulaStart = /^[=+\-@\t\r]/;

function toCsvCell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // a leading apostrophe makes spreadsheets treat the value as text
  const safeValue = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safeValue) ? `"${safeValue.replaceAll('"', '""')}"` : safeValue;
}

const toJsonItems = (runs: readonly RunSummary[], isFirstPage: boolean): string =>
  runs.map((run, index) => `${isFirstPage && index === 0 ? '\n' : ',\n'}${JSON.stringify(run)}`).join('');
