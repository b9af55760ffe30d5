import type { InspectOptions } from 'node:util';
import type { FilePage, FileRecord } from '../shared/types/file-record.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { RunPage, RunStatus } from '../shared/runs/run-status.js';
import type { SearchResult } from '../shared/types/search.js';

/** The result of one file of a batch. */
interface Outcome {
  readonly status: FileResult['status'];
  readonly key: string;
  readonly error?: Error;
}

/** A list shows more items than an output does, because people read it line by line. */
const lines = 20;

/** Prints a result as its ids, the first items of the output, and the paths of the files. */
export const showResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  printShort(result, 'ProcessResult', withoutEmpty);

/** Prints the record of a run without fields that are unknown or do not apply. */
export const showStatus = (status: RunStatus): RunStatus =>
  printShort(status, 'RunStatus', ({ requestId, name, of, state, progress, tasks, late, fileId, worker, error }) =>
    withoutEmpty({
      requestId,
      name,
      of,
      state: late ? `${state}, without a worker` : state,
      percent: progress.percent,
      tasks: tasks.map((task) => `${task.name}: ${task.state}`),
      fileId,
      worker,
      error,
    }),
  );

/** Prints the result of a search as a name and the hits for each file. */
export const showSearch = <Hit>(result: SearchResult<Hit>): SearchResult<Hit> =>
  printShort(result, 'SearchResult', ({ items, warnings }) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...withoutEmpty({ warnings }),
  }));

/** Prints files, each on a line or two. */
export const showFilePage = <Page extends FilePage>(page: Page): Page =>
  printShort(
    page,
    'FilePage',
    ({ items, warnings }) => ({ items: items.map(digestFile), ...withoutEmpty({ warnings }) }),
    lines,
  );

/** Prints runs, each on a line. */
export const showRunPage = (page: RunPage): RunPage =>
  printShort(
    page,
    'RunPage',
    ({ items, nextCursor }) => ({
      items: items.map(({ requestId, name, of, state }) => `${requestId} ${name} of '${of}': ${state}`),
      ...withoutEmpty({ nextCursor }),
    }),
    lines,
  );

/** Prints the results of a batch: the counts, and each file on a line. */
export const showSummary = <S extends { results: readonly Outcome[] }>(summary: S): S =>
  printShort(summary, 'BatchSummary', (given) => ({ ...given, results: given.results.map(digestOutcome) }), lines);

function digestFile({ fileId, symbolicFilePath: path, fileTags, fileDescription, expiresAt }: FileRecord): object {
  return { fileId, path, ...withoutEmpty({ fileTags, fileDescription, expiresAt }) };
}

function digestOutcome({ status, key, error }: Outcome): string {
  return error ? `${key}: ${status}, ${error.message}` : `${key}: ${status}`;
}

function withoutEmpty(fields: object): object {
  const isEmpty = (value: unknown): boolean =>
    value === null || value === '' || (Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Makes a record print as a short text in consoles and notebooks. Its fields do not change, so programs, JSON and comparisons see
 * all of it, and `console.dir(record, { depth: null })` prints all of it.
 *
 * @param digest Returns the fields to print.
 * @param items How many items of each list are printed. The others are counted.
 */
function printShort<T extends object>(record: T, name: string, digest: (record: T) => object, items = 5): T {
  return Object.defineProperty(record, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    value(this: T, depth: number | null, options: InspectOptions, inspect: Inspect): string {
      if (depth === null) return `${name} ${inspect({ ...this }, options)}`;
      if (depth < 0) return `[${name}]`;
      const limits = { depth: 5, maxArrayLength: items, maxStringLength: 300 };
      return `${name} ${inspect(digest(this), { ...options, ...limits })}`;
    },
  });
}
