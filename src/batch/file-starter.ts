import { randomUUID } from 'node:crypto';
import { ApiError } from '../errors/api-error.js';
import { isMillraceError } from '../errors/is-millrace-error.js';
import type { PipelineContext } from '../http/call-hosted.js';
import type { HostedRun } from '../process/hosted-run.js';
import { startHostedRun } from '../process/process-file.js';
import { checkProcessOptions } from '../process/process-options.js';
import { isReusable } from '../process/start/file-source.js';
import { renewIdempotencyKey } from '../process/start/start-run.js';
import { batchLimits } from '../shared/runs/batch-limits.js';
import type { VerbosePrinter } from '../wait/verbose-printer.js';
import type { BatchItem } from './batch-items.js';
import type { ItemOptions, UploadTarget } from './folder-file.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import type { ServerBatch } from './server-batch.js';

export interface FileStats {
  /** Size in bytes. */
  readonly size?: number;
  readonly mtimeMs?: number;
}

interface StarterSetup {
  readonly manifest: Manifest | undefined;
  readonly batch: ServerBatch | undefined;
  /** The symbolic directory that `client.sync` mirrors a folder to; `undefined` for `processMany()`. */
  readonly syncRoot?: string | undefined;
}

/** Starts runs for the files in a batch, and records them in the manifest. */
export class FileStarter {
  readonly #context: PipelineContext;
  readonly #setup: StarterSetup;
  readonly #printer: VerbosePrinter;
  /**
   * Set to true when an upload fails with a retryable error, and to false when an upload succeeds. While true, `retryFor` is 0, so that
   * the remaining files do not each wait for the server.
   */
  #isServerUnavailable = false;

  constructor(context: PipelineContext, setup: StarterSetup, printer: VerbosePrinter) {
    this.#context = context;
    this.#setup = setup;
    this.#printer = printer;
  }

  /**
   * Uploads a file and returns its run. After an interrupted upload, reuses the idempotency key in `entry`, so that the file does not get
   * a second run.
   *
   * @param entry The file's manifest entry, if the file has not changed since the entry was written.
   * @param target The server location for a file from a local directory. @default the location in `options`
   */
  async start(
    item: BatchItem,
    options: ItemOptions,
    fileStats: FileStats,
    entry: ManifestEntry | undefined,
    target: UploadTarget = {},
  ): Promise<HostedRun> {
    const upload = (idempotencyKey: string): Promise<HostedRun> =>
      this.#upload(item, options, fileStats, target, idempotencyKey);
    const savedKey = entry?.state === 'uploading' ? entry.idempotencyKey : undefined;
    if (savedKey === undefined) return upload(randomUUID());
    try {
      return await upload(savedKey);
    } catch (error) {
      // the reservation may have expired, and a new reservation needs a new key
      if (error instanceof ApiError && !error.retryable && isReusable(item.file))
        return upload(renewIdempotencyKey(savedKey));
      throw error;
    }
  }

  async #upload(
    { key, file }: BatchItem,
    itemOptions: ItemOptions,
    fileStats: FileStats,
    { replaces, ...pathOptions }: UploadTarget,
    idempotencyKey: string,
  ): Promise<HostedRun> {
    const { manifest, batch, syncRoot } = this.#setup;
    const { outputName: _, ...processOptions } = itemOptions;
    const options = { ...processOptions, ...pathOptions, idempotencyKey };
    checkProcessOptions(options);
    await manifest?.record({ key, ...fileStats, state: 'uploading', idempotencyKey });
    const retryFor = this.#isServerUnavailable ? 0 : options.retryFor;
    const batchEntry = { sender: batch, key: key.slice(-batchLimits.keyLength), replaces, syncRoot };
    const starting = startHostedRun(
      this.#context,
      file,
      { ...options, retryFor },
      this.#printer,
      undefined,
      batchEntry,
    );
    const run = await starting.catch((error: unknown) => {
      this.#isServerUnavailable ||= isMillraceError(error) && error.retryable;
      throw error;
    });
    this.#isServerUnavailable = false;
    await manifest?.record({ key, state: 'running', requestId: run.requestId, fileId: run.fileId });
    return run;
  }
}
