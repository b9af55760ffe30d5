import type { OutputOf } from '../modules/chain.js';
import type { RequestOptions } from './client-options.js';
import type { FileMetadata } from './file-input.js';
import type { ModuleName } from '../modules/module.js';
import type { ModuleSelections } from '../modules/module-selection.js';
import type { WebhookTarget } from './webhook.js';
import type { RunStatus } from '../runs/run-status.js';

/** What to do when the local output file exists with other content. A file with the same content is kept. */
export type IfExists = 'error' | 'overwrite' | 'skip';

/** The options of `fetchOutput`. */
export interface FetchOutputOptions extends RequestOptions {
  /** The directory for outputs, which is created if it is missing; `false` downloads nothing. @default process.cwd() */
  localSaveDirectory?: string | false | undefined;
  /** `false` downloads nothing. @default true */
  downloadOutput?: boolean | undefined;
  /** What to do when the output file exists. @default 'error' */
  ifExists?: IfExists | undefined;
  /** Called during the download. */
  onDownloadProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** The options of `wait`. */
export interface WaitOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends FetchOutputOptions {
  /** Milliseconds for the whole wait. @default 1_800_000 */
  waitTimeout?: number | undefined;
  /** Called for each event of the run. */
  onStatus?: ((event: ProcessEvent<C>) => void) | undefined;
  /** Whether to print a line to stderr at every change of state. @default false */
  verbose?: boolean | undefined;
  /**
   * Milliseconds until the second poll of a server without long polling. The interval grows by half with each poll.
   * @default 1000
   */
  pollInterval?: number | undefined;
  /** The maximum of that interval, in milliseconds. @default 15_000 */
  maxPollInterval?: number | undefined;
}

/** The options of `process`. */
export interface ProcessOptions<C extends readonly ModuleName[] = readonly ModuleName[]>
  extends FileMetadata, WaitOptions<C> {
  /** The models and parameters of the modules. @default each module's own */
  modules?: ModuleSelections<C> | undefined;
  /** `false` returns a {@link RunHandle} as soon as the file is uploaded. @default true */
  waitForProcess?: boolean | undefined;
  /** Called during the upload. */
  onUploadProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Identifies this call across processes: a server that knows the key returns the first call's run again. @default a new UUID */
  idempotencyKey?: string | undefined;
  /** The server sends a webhook to this address when the run ends, even if this program has ended. Read it with `verifyWebhook`. */
  webhook?: WebhookTarget | undefined;
}

/** The result of processing a file: its ids, its output, and the paths of the saved files. */
export interface ProcessResult<C extends readonly ModuleName[] = readonly ModuleName[]> {
  /** The run's id. `fetchOutput` does not know the run: there it is the id of the request. */
  requestId: string;
  fileId: string;
  /** The pipeline's name. */
  pipeline: string;
  /** The warnings of the server. */
  warnings: string[];
  /** The parsed output, if the last module writes JSON and the file has at most 5 MB. Otherwise `null`: read `outputFiles`. */
  output: OutputOf<C> | null;
  /** The absolute paths, `<localSaveDirectory>/<fileId><extension>`; empty when nothing was downloaded. */
  outputFiles: string[];
}

/** The progress of an upload or a download in bytes. It is reported at most ten times a second, and once at the end. */
export interface TransferProgress {
  loaded: number;
  /** `undefined` when the size is unknown. */
  total: number | undefined;
}

/** The events of a run, in order. The last one is `succeeded` or `failed`. */
export type ProcessEvent<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { type: 'uploaded'; requestId: string; fileId: string }
  /** Something else changed: the run started, or a module made progress. */
  | { type: 'progress'; status: RunStatus<C[number]> }
  /** `position` is 1-based. */
  | { type: 'module-done'; module: C[number]; position: number; of: number }
  | { type: 'succeeded'; status: RunStatus<C[number]> }
  /** The run failed, was cancelled or crashed. `error` is the `ProcessFailedError` that `wait()` throws. */
  | { type: 'failed'; status: RunStatus<C[number]>; error: Error };
