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
import { fileRows, keywordRows, resultRows, runRows, semanticRows, taskRows } from './rows.js';
import { printList, printShort, withoutEmpty } from './short-form.js';

/** Maximum number of items to print of an output or of a file's hits. */
const maxItems = 5;
/** Higher, because each item takes only one or two lines. */
const maxLines = 20;

/** A run in this process. */
interface LocalHandle {
  status(): RunStatus;
}

type Plain<List> = Omit<List, 'toRows'>;

/** Makes a result print as its ids, the first items of its output, and the paths of its files. */
export const showResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  printShort(result, { name: 'ProcessResult', digest: withoutEmpty, maxItems });

/** Makes the handles of a class print as the run's state, the state of each task, and the result or the error. */
export const showLocalRuns = <H extends LocalHandle>(prototype: H, resultOf: (handle: H) => unknown): H =>
  printShort(prototype, {
    name: 'LocalRun',
    digest: (handle) => {
      const { requestId: id, ...fields } = digestStatus(handle.status());
      return { id, ...fields, ...('result' in fields && { result: resultOf(handle) }) };
    },
    maxItems,
  });

/** Makes a run's record print without fields that are unknown or do not apply. Its rows are its tasks. */
export const showStatus = <S extends RunStatus>(status: S): S & Rows<TaskRow> =>
  printList(status, {
    name: 'RunStatus',
    digest: digestStatus,
    maxItems,
    field: 'tasks',
    noun: 'task',
    rows: taskRows,
    columns: taskColumns,
  });

/** Makes a run in a list print like its record, with the number of tasks in each state. */
export const showListedRun = (run: RunSummary): RunSummary =>
  printShort(run, { name: 'RunSummary', digest: digestSummary, maxItems });

/** Makes a keyword search's result print as each file's id, path and hits. Its rows are the hits. */
export const showKeywordSearch = (result: Plain<SearchResult<KeywordHit>>): SearchResult<KeywordHit> =>
  printList(result, { ...searchForm, rows: keywordRows, columns: keywordColumns });

/** Like {@link showKeywordSearch}, for a page of a keyword search. */
export const showKeywordPage = (page: Plain<KeywordPage>): KeywordPage =>
  printList(page, {
    ...searchForm,
    name: 'KeywordPage',
    digest: (fields) => ({ ...searchForm.digest(fields), ...withoutEmpty({ nextCursor: fields.nextCursor }) }),
    rows: keywordRows,
    columns: keywordColumns,
  });

/** Like {@link showKeywordSearch}, for a semantic search. */
export const showSemanticSearch = (result: Plain<SearchResult<SemanticHit>>): SearchResult<SemanticHit> =>
  printList(result, { ...searchForm, rows: semanticRows, columns: semanticColumns });

/** Makes a page of files print as one or two lines per file. Its rows are the files. */
export const showFilePage = <Page extends Plain<FilePage>>(page: Page): Page & Rows<FileRow> =>
  printList(page, {
    name: 'FilePage',
    digest: ({ items, warnings }) => ({ items: items.map(digestFile), ...withoutEmpty({ warnings }) }),
    maxItems: maxLines,
    field: 'items',
    noun: 'file',
    rows: fileRows,
    columns: fileColumns,
  });

/** Makes a page of runs print as one line per run. Its rows are the runs. */
export const showRunPage = ({ items, ...list }: RunList): RunPage =>
  printList(
    { ...list, items: items.map(showListedRun) },
    {
      name: 'RunPage',
      digest: (page) => ({
        items: page.items.map(({ requestId, name, of, state }) => `${requestId} ${name} of '${of}': ${state}`),
        ...withoutEmpty({ nextCursor: page.nextCursor, total: page.total ?? null }),
      }),
      maxItems: maxLines,
      field: 'items',
      noun: 'run',
      rows: runRows,
      columns: runColumns,
    },
  );

/** Makes a batch's summary print as the counts, then one line per file. Its rows are the files' results. */
export const showSummary = <S extends { results: readonly FileResult[] }>(summary: S): S & Rows<FileResultRow> =>
  printList(summary, {
    name: 'BatchSummary',
    digest: (fields) => ({ ...fields, results: fields.results.map(digestOutcome) }),
    maxItems: maxLines,
    field: 'results',
    noun: 'file',
    rows: resultRows,
    columns: resultColumns,
  });

/** Makes the summary of a sync print as the counts, then one line per file. Its rows are the changes. */
export const showSync = (summary: Plain<SyncSummary>): SyncSummary =>
  printList(summary, {
    name: 'SyncSummary',
    digest: (fields) => ({ ...fields, changes: fields.changes.map(digestChange) }),
    maxItems: maxLines,
    field: 'changes',
    noun: 'file',
    rows: ({ changes }) => changes.map(({ error: _, ...row }): SyncRow => row),
    columns: syncColumns,
  });

const searchForm = {
  name: 'SearchResult',
  digest: <Hit>({ items, warnings }: Pick<SearchResult<Hit>, 'items' | 'warnings'>) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...withoutEmpty({ warnings }),
  }),
  maxItems,
  field: 'items',
  noun: 'hit',
};

/** Omits the stack and the causes, which the record itself contains. */
function withoutDetails({ details: _details, ...error }: RunError): Omit<RunError, 'details'> {
  return error;
}

function digestStatus(status: RunStatus) {
  const { kind, state, tasks, result, warnings } = status;
  return {
    ...digestRun(status, {
      tasks: tasks.map((task) => `${task.name}: ${task.state}`),
      warnings: warnings.map(showWarning),
    }),
    ...(kind !== 'hosted' && state === 'completed' && { result }),
  };
}

function digestSummary(run: RunSummary) {
  const tasks = Object.entries(run.taskCounts).flatMap(([state, amount]) => (amount > 0 ? [`${amount} ${state}`] : []));
  return digestRun(run, { tasks: tasks.join(', '), warnings: run.warningCount || null });
}

function digestRun(
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

function digestFile({ fileId, symbolicFilePath: path, fileTags, fileDescription, expiresAt }: FileRecord): object {
  return { fileId, path, ...withoutEmpty({ fileTags, fileDescription, expiresAt }) };
}

function digestOutcome(outcome: FileResult): string {
  const { key, status } = outcome;
  if (status === 'failed') return `${key}: ${status}, ${outcome.error.message}`;
  const length = outcome.result?.warnings.length ?? 0;
  const reason = status === 'skipped' ? `, ${outcome.reason}` : '';
  return `${key}: ${status}${reason}${length === 0 ? '' : `, ${length} ${length === 1 ? 'warning' : 'warnings'}`}`;
}

function digestChange({ symbolicFilePath, action, status, message }: SyncChange): string {
  return `${symbolicFilePath}: ${action}, ${status}${message === null ? '' : `, ${message}`}`;
}
