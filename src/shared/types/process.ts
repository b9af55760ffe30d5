import type { OutputInMemory, OutputOf } from '../modules/chain.js';
import type { RequestOptions } from './client-options.js';
import type { ExtractionBy } from './extraction.js';
import type { FileMetadata } from './files/file-input.js';
import type { ModuleName } from '../modules/module.js';
import type { ModuleSelections } from '../modules/module-selection.js';
import type { WebhookTarget } from './webhook.js';
import type { RunStatus } from '../runs/run-status.js';
import type { RunWarning } from '../runs/run-warning.js';

/**
 * What to do if the destination file already exists. `error`: throws an error, unless the existing file has the same content. `overwrite`:
 * replaces the existing file. `skip`: keeps it, whatever its content.
 */
export type IfExists = 'error' | 'overwrite' | 'skip';

/** Options for `fetchOutput`. */
export interface FetchOutputOptions extends RequestOptions {
  /**
   * The directory to save to. It is created if it does not exist. If `false`, nothing is saved, and `output` is the whole output, up to
   * 64 MiB: parsed JSON, a string for text, or bytes for anything else. For larger outputs, use `streamOutput`.
   *
   * @default process.cwd()
   */
  localSaveDirectory?: string | false | undefined;
  /** If false, the output is not downloaded, and `output` is `null`. @default true */
  downloadOutput?: boolean | undefined;
  /** What to do if the destination file already exists. @default 'error' */
  ifExists?: IfExists | undefined;
  /** Called during the download. */
  onDownloadProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Options for `client.files.input()`. */
export type FetchInputOptions = RequestOptions &
  Pick<FetchOutputOptions, 'localSaveDirectory' | 'ifExists' | 'onDownloadProgress'>;

/** The downloaded input of a file. */
export interface FetchedInput {
  fileId: string;
  /** The file's name on the server. */
  fileName: string;
  /** The absolute path of the saved input, `<localSaveDirectory>/<fileId>.input<extension>`; `null` with `localSaveDirectory: false`. */
  path: string | null;
  /** The input's content, up to 64 MiB, with `localSaveDirectory: false`; otherwise `null`. */
  content: Buffer | null;
}

/** Options for `wait`. */
export interface WaitOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends FetchOutputOptions {
  /** Maximum time to wait for the run to end, in milliseconds. @default 1_800_000 */
  waitTimeout?: number | undefined;
  /** Called with each event of the run. */
  // the parameters of methods are bivariant, so options for a known chain are assignable to options for any chain
  onStatus?: { method(event: ProcessEvent<C>): void }['method'] | undefined;
  /**
   * If true, prints the run's events, such as completed modules, to stderr. In a tslab notebook, updates a single line instead.
   *
   * @default false
   */
  verbose?: boolean | undefined;
  /**
   * Initial polling interval for servers without long polling, in milliseconds. Later intervals are each 50% longer, up to
   * `maxPollInterval`. All intervals vary randomly by up to 20%.
   *
   * @default 1000
   */
  pollInterval?: number | undefined;
  /** Maximum polling interval, in milliseconds. @default 15_000 */
  maxPollInterval?: number | undefined;
}

/** Options for `start`. */
export interface StartOptions<C extends readonly ModuleName[] = readonly ModuleName[]>
  extends FileMetadata, RequestOptions {
  /** The model and parameters for each module. @default each module's defaults */
  modules?: ModuleSelections<C> | undefined;
  /** If true, prints messages to stderr, such as a line for the completed upload. @default false */
  verbose?: boolean | undefined;
  /** Called during the upload. */
  onUploadProgress?: ((progress: TransferProgress) => void) | undefined;
  /**
   * Identifies this call across retries and processes. For a day, a repeated call with the same key returns the existing run, unless that
   * run failed or crashed.
   *
   * @default a new UUID
   */
  idempotencyKey?: string | undefined;
  /** A URL that receives a message when the run ends, even if this program has exited. Verify messages with `verifyWebhook`. */
  webhook?: WebhookTarget | undefined;
  /**
   * If true, the server stores the file's input and each module's output until the file expires, so that the run can be rerun.
   *
   * @default the pipeline's `keepInput`, then the server's `keepInput` setting
   */
  keepInput?: boolean | undefined;
}

/** Options for `process`. */
export interface ProcessOptions<C extends readonly ModuleName[] = readonly ModuleName[]>
  extends StartOptions<C>, WaitOptions<C> {
  /** If false, returns a {@link RunHandle} as soon as the file is uploaded, like `start`. @default true */
  waitForProcess?: boolean | undefined;
  /**
   * If true, prints the run's events, such as completed modules, to stderr. In a tslab notebook, updates a single line instead.
   *
   * @default false
   */
  verbose?: boolean | undefined;
}

/** Lets the compiler infer the type of the output of `extract` from its `schema` and `target` parameters. */
export type SchemaInference<C extends readonly ModuleName[], Schema, Target> = C extends readonly [
  ...ModuleName[],
  'extract',
]
  ? { modules?: { extract?: { params?: { schema?: Schema; target?: Target } } } | undefined }
  : unknown;

/** The type of the output of a chain that ends in `extract`; `never` for other chains, whose output does not depend on parameters. */
export type OutputBySchema<C extends readonly ModuleName[], Schema, Target> = C extends readonly [
  ...ModuleName[],
  'extract',
]
  ? ExtractionBy<Schema, Target>
  : never;

/**
 * The result of processing a file. `Output` is the type of the output if it depends on parameters, as with `extract`; otherwise
 * `never`.
 */
export interface ProcessResult<
  C extends readonly ModuleName[] = readonly ModuleName[],
  Directory extends string | false = string,
  Output = never,
> {
  /** The run's id; in a `fetchOutput` result, the request's id. */
  requestId: string;
  fileId: string;
  /** The pipeline's name. */
  pipeline: string;
  /**
   * The warnings from the modules, and from the server itself (with `module: null`). `fetchOutput` returns only the server's warnings; for
   * the modules' warnings, use `client.runs.get()` with the run's id.
   */
  warnings: RunWarning[];
  /**
   * The parsed output if it is JSON of at most 5 MiB. Otherwise `null`: read `outputFiles` instead. With `localSaveDirectory: false`, the
   * whole output: parsed JSON, a string, or bytes. With `downloadOutput: false`, always `null`.
   */
  output: [Output] extends [never]
    ? Directory extends false
      ? OutputInMemory<C>
      : OutputOf<C> | null
    : Directory extends false
      ? Output
      : Output | null;
  /**
   * The absolute paths of the saved files; empty if nothing was saved. A file's path is `<localSaveDirectory>/<fileId><extension>`. If
   * `processMany` found the input in a directory, the input's path within that directory replaces the file id.
   */
  outputFiles: string[];
}

/** Options for `streamOutput`. */
export interface StreamOutputOptions extends RequestOptions {
  /** Called during the download. */
  onDownloadProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * An output as a stream of chunks, which can be read only once. At the end of the stream, the size and the checksum are verified if they
 * are known.
 */
export interface OutputStream extends AsyncIterable<Uint8Array> {
  /** The output's file extension, for example `.json`. */
  readonly extension: string;
  /** The size in bytes; `undefined` if the server did not send it. */
  readonly size: number | undefined;
}

/** The progress of an upload or download, in bytes. Reported at most ten times per second, and once at the end. */
export interface TransferProgress {
  loaded: number;
  /** `undefined` if the size is unknown. */
  total: number | undefined;
}

/** An event of a run. The final event is `succeeded` or `failed`. */
export type ProcessEvent<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { type: 'uploaded'; requestId: string; fileId: string }
  /** The state or progress of the run or of a module has changed, and the run has not ended. */
  | { type: 'progress'; status: RunStatus<C[number]> }
  /** A module has completed. `position` is its 1-based position in the chain, and `of` is the number of modules. */
  | { type: 'module-done'; module: C[number]; position: number; of: number }
  | { type: 'succeeded'; status: RunStatus<C[number]> }
  /** The run failed, was cancelled or crashed. `error` is a `ProcessFailedError`, like the one that `wait()` throws. */
  | { type: 'failed'; status: RunStatus<C[number]>; error: Error };
