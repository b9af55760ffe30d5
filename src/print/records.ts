import type { InspectOptions } from 'node:util';
import type { FilePage, FileRecord } from '../shared/types/file-record.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { RunPage, RunStatus } from '../shared/runs/run-status.js';
import type { SearchResult } from '../shared/types/search.js';

/** What became of one file of a batch. */
interface Outcome {
  readonly status: FileResult['status'];
  readonly key: string;
  readonly error?: Error;
}

/** A list is read line by line, so more of it than of an output. */
const lines = 20;

/** The ids, the first items of the output, and where the files are. */
export const showResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  printShort(result, 'ProcessResult', withoutEmpty);

/** How far the run is. What is unknown or did not happen is left out. */
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

/** The hits of each file, and which file it is. */
export const showSearch = <Hit>(result: SearchResult<Hit>): SearchResult<Hit> =>
  printShort(result, 'SearchResult', ({ items, warnings }) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...withoutEmpty({ warnings }),
  }));

/** Which files, one a line or two. */
export const showFilePage = <Page extends FilePage>(page: Page): Page =>
  printShort(
    page,
    'FilePage',
    ({ items, warnings }) => ({ items: items.map(digestFile), ...withoutEmpty({ warnings }) }),
    lines,
  );

/** Which runs, one a line. */
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

/** How it went, and what became of each file, one a line. */
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
 * Gives a record a short text for consoles and notebooks, where printing it is how one looks at it. Its fields stay what they are, for
 * programs, JSON and comparisons. Who asks for every depth (`console.dir(record, { depth: null })`), and who copies it, gets all of it.
 *
 * @param digest The fields worth reading.
 * @param items Of each list, this many are shown and the others counted.
 */
export function printShort<T extends object>(record: T, name: string, digest: (record: T) => object, items = 5): T {
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
