import type { FilePage, FileRecord, FileRow } from '../shared/types/files/file-record.js';
import type { FileResult, FileResultRow } from '../shared/types/files/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { Rows } from '../shared/types/rows.js';
import type { RunPage, RunList } from '../shared/runs/run-lists.js';
import type { RunError, RunStatus, RunSummary, TaskRow } from '../shared/runs/run-status.js';
import { formatWarning } from '../shared/runs/run-warning.js';
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
import { defineListForm, defineShortForm, omitEmptyFields } from './short-form.js';

/** Maximum number of items to print per list. */
const maxItems = 5;
/** Maximum number of items to print per list if each item takes only a few lines. */
const maxShortItems = 20;

interface LocalHandle {
  status(): RunStatus;
}

type WithoutRows<List> = Omit<List, 'toRows'>;

// the exported functions define how values are printed, and add `toRows()` to lists

/** A result is printed without empty fields, and with only the first items of each list. */
export const toPrintableResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  defineShortForm(result, { name: 'ProcessResult', getFields: omitEmptyFields, maxItems });

/**
 * The handle of a local run is printed like the run's record.
 *
 * @param prototype The prototype of the handle's class.
 * @param getResult Returns the result to print if the run has completed.
 */
export const makeLocalRunsPrintable = <H extends LocalHandle>(prototype: H, getResult: (handle: H) => unknown): H =>
  defineShortForm(prototype, {
    name: 'LocalRun',
    getFields: (handle) => {
      const { requestId: id, ...fields } = getStatusFields(handle.status());
      return { id, ...fields, ...('result' in fields && { result: getResult(handle) }) };
    },
    maxItems,
  });

/** A run's record is printed as its main fields, such as the run's state and each task's state. `toRows()` returns a row for each task. */
export const toPrintableStatus = <S extends RunStatus>(status: S): S & Rows<TaskRow> =>
  defineListForm(status, {
    name: 'RunStatus',
    getFields: getStatusFields,
    maxItems,
    listField: 'tasks',
    noun: 'task',
    toRows: toTaskRows,
    columns: taskColumns,
  });

/** A run's summary is printed like its record, but with the number of tasks in each state and the number of warnings. */
export const toPrintableRunSummary = (run: RunSummary): RunSummary =>
  defineShortForm(run, { name: 'RunSummary', getFields: getSummaryFields, maxItems });

/** A keyword search result is printed as the id, path and hits of each file, then the warnings. `toRows()` returns a row for each hit. */
export const createKeywordSearchResult = (result: WithoutRows<SearchResult<KeywordHit>>): SearchResult<KeywordHit> =>
  defineListForm(result, { ...searchFormat, toRows: toKeywordRows, columns: keywordColumns });

/** Like {@link createKeywordSearchResult}, for a page of a keyword search. */
export const createKeywordPage = (page: WithoutRows<KeywordPage>): KeywordPage =>
  defineListForm(page, {
    ...searchFormat,
    name: 'KeywordPage',
    getFields: (record) => ({
      ...searchFormat.getFields(record),
      ...omitEmptyFields({ nextCursor: record.nextCursor }),
    }),
    toRows: toKeywordRows,
    columns: keywordColumns,
  });

/** Like {@link createKeywordSearchResult}, for a semantic search. */
export const createSemanticSearchResult = (result: WithoutRows<SearchResult<SemanticHit>>): SearchResult<SemanticHit> =>
  defineListForm(result, { ...searchFormat, toRows: toSemanticRows, columns: semanticColumns });

/** A page of files is printed as the id, path and metadata of each file, then the warnings. `toRows()` returns a row for each file. */
export const createFilePage = <Page extends WithoutRows<FilePage>>(page: Page): Page & Rows<FileRow> =>
  defineListForm(page, {
    name: 'FilePage',
    getFields: ({ items, warnings }) => ({ items: items.map(getFileFields), ...omitEmptyFields({ warnings }) }),
    maxItems: maxShortItems,
    listField: 'items',
    noun: 'file',
    toRows: toFileRows,
    columns: fileColumns,
  });

/** A page of runs is printed with one line per run. `toRows()` returns a row for each run. */
export const createRunPage = ({ items, ...list }: RunList): RunPage =>
  defineListForm(
    { ...list, items: items.map(toPrintableRunSummary) },
    {
      name: 'RunPage',
      getFields: (page) => ({
        items: page.items.map(({ requestId, name, of, state }) => `${requestId} ${name} of '${of}': ${state}`),
        ...omitEmptyFields({ nextCursor: page.nextCursor, total: page.total ?? null }),
      }),
      maxItems: maxShortItems,
      listField: 'items',
      noun: 'run',
      toRows: toRunRows,
      columns: runColumns,
    },
  );

/** A batch's summary is printed as the number of files with each status, then one line per file. `toRows()` returns a row for each file. */
export const createBatchSummary = <S extends { results: readonly FileResult[] }>(summary: S): S & Rows<FileResultRow> =>
  defineListForm(summary, {
    name: 'BatchSummary',
    getFields: (record) => ({ ...record, results: record.results.map(describeResult) }),
    maxItems: maxShortItems,
    listField: 'results',
    noun: 'file',
    toRows: toResultRows,
    columns: resultColumns,
  });

/** A sync's summary is printed with one line per change. `toRows()` returns a row for each change. */
export const createSyncSummary = (summary: WithoutRows<SyncSummary>): SyncSummary =>
  defineListForm(summary, {
    name: 'SyncSummary',
    getFields: (record) => ({ ...record, changes: record.changes.map(describeChange) }),
    maxItems: maxShortItems,
    listField: 'changes',
    noun: 'file',
    toRows: ({ changes }) => changes.map(({ error: _, ...row }): SyncRow => row),
    columns: syncColumns,
  });

const searchFormat = {
  name: 'SearchResult',
  getFields: <Hit>({ items, warnings }: Pick<SearchResult<Hit>, 'items' | 'warnings'>) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...omitEmptyFields({ warnings }),
  }),
  maxItems,
  listField: 'items',
  noun: 'hit',
};

/** Omits the details, such as the stack and the causes. */
function omitErrorDetails({ details: _details, ...error }: RunError): Omit<RunError, 'details'> {
  return error;
}

function getStatusFields(status: RunStatus) {
  const { kind, state, tasks, result, warnings } = status;
  return {
    ...getRunFields(status, {
      tasks: tasks.map((task) => `${task.name}: ${task.state}`),
      warnings: warnings.map(formatWarning),
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
    ...omitEmptyFields({
      percent: progress.percent,
      tasks,
      fileId,
      worker,
      warnings,
      error: error && omitErrorDetails(error),
    }),
  };
}

function getFileFields({ fileId, symbolicFilePath: path, fileTags, fileDescription, expiresAt }: FileRecord): object {
  return { fileId, path, ...omitEmptyFields({ fileTags, fileDescription, expiresAt }) };
}

function describeResult(outcome: FileResult): string {
  const { key, status } = outcome;
  if (status === 'failed') return `${key}: ${status}, ${outcome.error.message}`;
  const warningCount = outcome.result?.warnings.length ?? 0;
  const reason = status === 'skipped' ? `, ${outcome.reason}` : '';
  const warnings = warningCount === 0 ? '' : `, ${warningCount} ${warningCount === 1 ? 'warning' : 'warnings'}`;
  return `${key}: ${status}${reason}${warnings}`;
}

function describeChange({ symbolicFilePath, action, status, message }: SyncChange): string {
  return `${symbolicFilePath}: ${action}, ${status}${message === null ? '' : `, ${message}`}`;
}
