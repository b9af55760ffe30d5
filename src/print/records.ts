import type { FilePage, FileRecord, FileRow } from '../shared/types/files/file-record.js';
import type { FileResult, FileResultRow } from '../shared/types/files/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { Rows } from '../shared/types/rows.js';
import type { RunPage, RunList } from '../shared/runs/run-lists.js';
import type { RunError, RunStatus, RunSummary, TaskRow } from '../shared/runs/run-status.js';
import { showWarning } from '../shared/runs/run-warning.js';
import type { SyncChange, SyncRow, SyncSummary } from '../shared/types/files/sync.js';
import type { KeywordHit, KeywordPage, SearchResult, SemanticHit } from '../shared/types/search.js';
import {
  fileColumns,
  keywordColumns,
  resultColumns,
  runColumns,
  semanticColumns,
  syncColumns,
  taskColumns,
} from './columns.js';
import { toFileRows, toKeywordRows, toResultRows, toRunRows, toSemanticRows, toTaskRows } from './rows.js';
import { printList, printShort, withoutEmpty } from './short-form.js';

/** Maximum number of items to print per list. */
const maxItems = 5;
/** Maximum number of items to print per list if an item takes only one or two lines. */
const maxShortItems = 20;

interface LocalHandle {
  status(): RunStatus;
}

// each `show…` function defines how its argument is printed, and returns that argument

type WithoutRows<List> = Omit<List, 'toRows'>;

/** A result is printed without empty fields, and with only the first items of its output. */
export const showResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  printShort(result, { name: 'ProcessResult', fields: withoutEmpty, maxItems });

/** The handles of a class are printed as the run's state, the state of each task, and the result or the error. */
export const showLocalRuns = <H extends LocalHandle>(prototype: H, resultOf: (handle: H) => unknown): H =>
  printShort(prototype, {
    name: 'LocalRun',
    fields: (handle) => {
      const { requestId: id, ...fields } = getStatusFields(handle.status());
      return { id, ...fields, ...('result' in fields && { result: resultOf(handle) }) };
    },
    maxItems,
  });

/** A run's record is printed without empty fields. `toRows()` returns a row for each task. */
export const showStatus = <S extends RunStatus>(status: S): S & Rows<TaskRow> =>
  printList(status, {
    name: 'RunStatus',
    fields: getStatusFields,
    maxItems,
    field: 'tasks',
    noun: 'task',
    rows: toTaskRows,
    columns: taskColumns,
  });

/** A run in a list is printed like a run's record, but with the number of tasks in each state. */
export const showListedRun = (run: RunSummary): RunSummary =>
  printShort(run, { name: 'RunSummary', fields: getSummaryFields, maxItems });

/** The result of a keyword search is printed as the id, path and hits of each file. `toRows()` returns a row for each hit. */
export const showKeywordSearch = (result: WithoutRows<SearchResult<KeywordHit>>): SearchResult<KeywordHit> =>
  printList(result, { ...searchFormat, rows: toKeywordRows, columns: keywordColumns });

/** Like {@link showKeywordSearch}, for a page of a keyword search. */
export const showKeywordPage = (page: WithoutRows<KeywordPage>): KeywordPage =>
  printList(page, {
    ...searchFormat,
    name: 'KeywordPage',
    fields: (record) => ({ ...searchFormat.fields(record), ...withoutEmpty({ nextCursor: record.nextCursor }) }),
    rows: toKeywordRows,
    columns: keywordColumns,
  });

/** Like {@link showKeywordSearch}, for a semantic search. */
export const showSemanticSearch = (result: WithoutRows<SearchResult<SemanticHit>>): SearchResult<SemanticHit> =>
  printList(result, { ...searchFormat, rows: toSemanticRows, columns: semanticColumns });

/** A page of files is printed with one or two lines per file. `toRows()` returns a row for each file. */
export const showFilePage = <Page extends WithoutRows<FilePage>>(page: Page): Page & Rows<FileRow> =>
  printList(page, {
    name: 'FilePage',
    fields: ({ items, warnings }) => ({ items: items.map(getFileFields), ...withoutEmpty({ warnings }) }),
    maxItems: maxShortItems,
    field: 'items',
    noun: 'file',
    rows: toFileRows,
    columns: fileColumns,
  });

/** A page of runs is printed with one line per run. `toRows()` returns a row for each run. */
export const showRunPage = ({ items, ...list }: RunList): RunPage =>
  printList(
    { ...list, items: items.map(showListedRun) },
    {
      name: 'RunPage',
      fields: (page) => ({
        items: page.items.map(({ requestId, name, of, state }) => `${requestId} ${name} of '${of}': ${state}`),
        ...withoutEmpty({ nextCursor: page.nextCursor, total: page.total ?? null }),
      }),
      maxItems: maxShortItems,
      field: 'items',
      noun: 'run',
      rows: toRunRows,
      columns: runColumns,
    },
  );

/** A batch's summary is printed as the number of files per outcome, then one line per file. `toRows()` returns a row for each file. */
export const showSummary = <S extends { results: readonly FileResult[] }>(summary: S): S & Rows<FileResultRow> =>
  printList(summary, {
    name: 'BatchSummary',
    fields: (record) => ({ ...record, results: record.results.map(describeResult) }),
    maxItems: maxShortItems,
    field: 'results',
    noun: 'file',
    rows: toResultRows,
    columns: resultColumns,
  });

/** A sync's summary is printed as the number of files per outcome, then one line per file. `toRows()` returns a row for each change. */
export const showSync = (summary: WithoutRows<SyncSummary>): SyncSummary =>
  printList(summary, {
    name: 'SyncSummary',
    fields: (record) => ({ ...record, changes: record.changes.map(describeChange) }),
    maxItems: maxShortItems,
    field: 'changes',
    noun: 'file',
    rows: ({ changes }) => changes.map(({ error: _, ...row }): SyncRow => row),
    columns: syncColumns,
  });

const searchFormat = {
  name: 'SearchResult',
  fields: <Hit>({ items, warnings }: Pick<SearchResult<Hit>, 'items' | 'warnings'>) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...withoutEmpty({ warnings }),
  }),
  maxItems,
  field: 'items',
  noun: 'hit',
};

/** Omits the stack and the causes. */
function withoutDetails({ details: _details, ...error }: RunError): Omit<RunError, 'details'> {
  return error;
}

function getStatusFields(status: RunStatus) {
  const { kind, state, tasks, result, warnings } = status;
  return {
    ...getRunFields(status, {
      tasks: tasks.map((task) => `${task.name}: ${task.state}`),
      warnings: warnings.map(showWarning),
    }),
    ...(kind !== 'hosted' && state === 'completed' && { result }),
  };
}

function getSummaryFields(run: RunSummary) {
  const tasks = Object.entries(run.taskCounts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  return getRunFields(run, { tasks: tasks.join(', '), warnings: run.warningCount || null });
}

function getRunFields(
  { requestId, name, of, state, progress, late, fileId, worker, error }: RunStatus | RunSummary,
  { tasks, warnings }: { readonly tasks: unknown; readonly warnings: unknown },
) {
  return {
    requestId,
    name,
    of,
    state: late ? `${state}, without a worker` : state,
    ...withoutEmpty({
      percent: progress.percent,
      tasks,
      fileId,
      worker,
      warnings,
      error: error && withoutDetails(error),
    }),
  };
}

function getFileFields({ fileId, symbolicFilePath: path, fileTags, fileDescription, expiresAt }: FileRecord): object {
  return { fileId, path, ...withoutEmpty({ fileTags, fileDescription, expiresAt }) };
}

function describeResult(outcome: FileResult): string {
  const { key, status } = outcome;
  if (status === 'failed') return `${key}: ${status}, ${outcome.error.message}`;
  const length = outcome.result?.warnings.length ?? 0;
  const reason = status === 'skipped' ? `, ${outcome.reason}` : '';
  return `${key}: ${status}${reason}${length === 0 ? '' : `, ${length} ${length === 1 ? 'warning' : 'warnings'}`}`;
}

function describeChange({ symbolicFilePath, action, status, message }: SyncChange): string {
  return `${symbolicFilePath}: ${action}, ${status}${message === null ? '' : `, ${message}`}`;
}
