import type { OutputOf } from '../modules/chain.js';
import type { RequestOptions } from './client-options.js';
import type { FileMetadata } from './file-input.js';
import type { ModuleName } from '../modules/module.js';
import type { ModuleSelections } from '../modules/module-selection.js';
import type { WebhookTarget } from './webhook.js';
import type { RunStatus } from '../runs/run-status.js';

/** What happens when the local output file exists already. The same content under the same name is no conflict. */
export type IfExists = 'error' | 'overwrite' | 'skip';

/** Where outputs go. */
export interface FetchOutputOptions extends RequestOptions {
  /** Made if it is missing; `false` downloads nothing. @default process.cwd() */
  localSaveDirectory?: string | false | undefined;
  /** `false` downloads nothing. @default true */
  downloadOutput?: boolean | undefined;
  /** @default 'error' */
  ifExists?: IfExists | undefined;
  /** Called while the output arrives. */
  onDownloadProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** How a file is processed, what it is called, and where its output goes. */
export interface ProcessOptions<C extends readonly ModuleName[] = readonly ModuleName[]>
  extends FileMetadata, FetchOutputOptions {
  /** Models and parameters. @default each module's own */
  modules?: ModuleSelections<C> | undefined;
  /** `false`: return a {@link RunHandle} as soon as the file is uploaded. @default true */
  waitForProcess?: boolean | undefined;
  /** Milliseconds for the whole wait. @default 1_800_000 */
  waitTimeout?: number | undefined;
  /** Print a whole line to stderr at every change of state. @default false */
  verbose?: boolean | undefined;
  /** Called while the file is sent. */
  onUploadProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Called for each event of the run. */
  onStatus?: ((event: ProcessEvent<C>) => void) | undefined;
  /** Milliseconds; see `WaitOptions`. @default 1000 */
  pollInterval?: number | undefined;
  /** Milliseconds. @default 15_000 */
  maxPollInterval?: number | undefined;
  /** Names this call across processes: a server that knows it answers a repetition with the first call's run. @default a new UUID */
  idempotencyKey?: string | undefined;
  /** Where the server tells that the run has ended, whatever becomes of this program. Read it there with `verifyWebhook`. */
  webhook?: WebhookTarget | undefined;
}

/** What became of a file: its ids, its output, and where that was saved. */
export interface ProcessResult<C extends readonly ModuleName[] = readonly ModuleName[]> {
  /** The run's id; for `fetchOutput`, which knows no run, the id of its request. */
  requestId: string;
  fileId: string;
  /** The pipeline's name. */
  pipeline: string;
  /** The server's own words. */
  warnings: string[];
  /** Parsed when the last module writes JSON and the file is at most 5 MB; otherwise `null`: read `outputFiles`. */
  output: OutputOf<C> | null;
  /** Absolute paths, `<localSaveDirectory>/<fileId><extension>`; empty when nothing was downloaded. */
  outputFiles: string[];
}

/** How far an upload or a download is, in bytes. Reported at most ten times a second; the last report is the end. */
export interface TransferProgress {
  loaded: number;
  /** `undefined` when the size is unknown. */
  total: number | undefined;
}

/** What happens to a run, in order. The last event is `succeeded` or `failed`. */
export type ProcessEvent<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { type: 'uploaded'; requestId: string; fileId: string }
  /** Something else about the run changed: it started, or a module got further. */
  | { type: 'progress'; status: RunStatus<C[number]> }
  /** `position` is 1-based. */
  | { type: 'module-done'; module: C[number]; position: number; of: number }
  | { type: 'succeeded'; status: RunStatus<C[number]> }
  /** Also a run that was cancelled or that crashed; `error` is the `ProcessFailedError` that `wait()` throws. */
  | { type: 'failed'; status: RunStatus<C[number]>; error: Error };
