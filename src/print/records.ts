import type { InspectOptions } from 'node:util';
import type { FilePage, FileRecord } from '../shared/types/file-record.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { RunPage, RunStatus, RunSummary } from '../shared/runs/run-status.js';
import type { SearchResult } from '../shared/types/search.js';

/** A file's result in a batch. */
interface Outcome {
  readonly status: FileResult['status'];
  readonly key: string;
  readonly error?: Error;
}

/** Maximum number of list items to print. Higher than for an output, because each item takes only one or two lines. */
const maxListItems = 20;

/** A run in this process. */
interface LocalHandle {
  status(): RunStatus;
}

/** Makes an object, or the instances of a prototype, print as this text. */
export function printAs<T extends object>(target: T, text: (self: T) => string): void {
  Object.defineProperty(target, inspectKey, {
    configurable: true,
    value(this: T): string {
      return text(this);
    },
  });
}

/** Makes a result print as its ids, the first items of its output, and the paths of its files. */
export const showResult = <R extends Pick<ProcessResult, 'outputFiles'>>(result: R): R =>
  printShort(result, 'ProcessResult', withoutEmpty);

/** Makes a run's record print without fields that are unknown or do not apply. */
export const showStatus = <Status extends RunSummary>(status: Status): Status =>
  printShort(status, 'RunStatus', digestStatus);

/** Makes the handles of a class print as the run's state, the state of each task, and the result or the error. */
export const showLocalRuns = <H extends LocalHandle>(prototype: H, resultOf: (handle: H) => unknown): H =>
  printShort(prototype, 'LocalRun', (handle) => {
    const { requestId: id, ...fields } = digestStatus(handle.status());
    return { id, ...fields, ...('result' in fields && { result: resultOf(handle) }) };
  });

/** Makes a search result print as each file's id, path and hits. */
export const showSearch = <Hit>(result: SearchResult<Hit>): SearchResult<Hit> =>
  printShort(result, 'SearchResult', ({ items, warnings }) => ({
    items: items.map(({ file, hits }) => ({ fileId: file.fileId, path: file.symbolicFilePath, hits })),
    ...withoutEmpty({ warnings }),
  }));

/** Makes a page of files print as one or two lines per file. */
export const showFilePage = <Page extends FilePage>(page: Page): Page =>
  printShort(
    page,
    'FilePage',
    ({ items, warnings }) => ({ items: items.map(digestFile), ...withoutEmpty({ warnings }) }),
    maxListItems,
  );

/** Makes a page of runs print as one line per run. */
export const showRunPage = (page: RunPage): RunPage =>
  printShort(
    page,
    'RunPage',
    ({ items, nextCursor }) => ({
      items: items.map(({ requestId, name, of, state }) => `${requestId} ${name} of '${of}': ${state}`),
      ...withoutEmpty({ nextCursor }),
    }),
    maxListItems,
  );

/** Makes a batch's summary print as the counts, then one line per file. */
export const showSummary = <S extends { results: readonly Outcome[] }>(summary: S): S =>
  printShort(
    summary,
    'BatchSummary',
    (fields) => ({ ...fields, results: fields.results.map(digestOutcome) }),
    maxListItems,
  );

function digestStatus(status: RunSummary & Partial<Pick<RunStatus, 'result'>>) {
  const { requestId, name, kind, of, state, progress, tasks, late, fileId, worker, result, error } = status;
  return {
    requestId,
    name,
    of,
    state: late ? `${state}, without a worker` : state,
    ...withoutEmpty({
      percent: progress.percent,
      tasks: tasks.map((task) => `${task.name}: ${task.state}`),
      fileId,
      worker,
      error,
    }),
    ...(kind !== 'hosted' && state === 'completed' && 'result' in status && { result }),
  };
}

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

const inspectKey = Symbol.for('nodejs.util.inspect.custom');
type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Makes an object print concisely in consoles and notebooks. Its fields do not change, so property access, JSON and comparisons
 * still include all of them, and `console.dir(record, { depth: null })` prints everything.
 *
 * @param digest Returns the fields to print.
 * @param items Maximum number of items to print per list. The rest are only counted.
 */
function printShort<T extends object>(record: T, name: string, digest: (record: T) => object, items = 5): T {
  return Object.defineProperty(record, inspectKey, {
    configurable: true,
    value(this: T, depth: number | null, options: InspectOptions, inspect: Inspect): string {
      if (depth === null) return `${name} ${inspect({ ...this }, options)}`;
      if (depth < 0) return `[${name}]`;
      const limits = { depth: 5, maxArrayLength: items, maxStringLength: 300 };
      return `${name} ${inspect(digest(this), { ...options, ...limits })}`;
    },
  });
}
