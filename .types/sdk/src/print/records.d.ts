import type { FilePage } from '../shared/types/file-record.js';
import type { FileResult } from '../shared/types/many-files.js';
import type { ProcessResult } from '../shared/types/process.js';
import type { RunPage, RunStatus } from '../shared/runs/run-status.js';
import type { SearchResult } from '../shared/types/search.js';
/** A file's result in a batch. */
interface Outcome {
    readonly status: FileResult['status'];
    readonly key: string;
    readonly error?: Error;
}
/** A run in this process. */
interface LocalHandle {
    status(): RunStatus;
}
/** Makes an object, or the instances of a prototype, print as this text. */
export declare function printAs<T extends object>(target: T, text: (self: T) => string): void;
/** Makes a result print as its ids, the first items of its output, and the paths of its files. */
export declare const showResult: <R extends Pick<ProcessResult, 'outputFiles'>>(result: R) => R;
/** Makes a run's record print without fields that are unknown or do not apply. */
export declare const showStatus: (status: RunStatus) => RunStatus;
/** Makes the handles of a class print as the run's state, the state of each task, and the result or the error. */
export declare const showLocalRuns: <H extends LocalHandle>(prototype: H, resultOf: (handle: H) => unknown) => H;
/** Makes a search result print as each file's id, path and hits. */
export declare const showSearch: <Hit>(result: SearchResult<Hit>) => SearchResult<Hit>;
/** Makes a page of files print as one or two lines per file. */
export declare const showFilePage: <Page extends FilePage>(page: Page) => Page;
/** Makes a page of runs print as one line per run. */
export declare const showRunPage: (page: RunPage) => RunPage;
/** Makes a batch's summary print as the counts, then one line per file. */
export declare const showSummary: <S extends {
    results: readonly Outcome[];
}>(summary: S) => S;
export {};
