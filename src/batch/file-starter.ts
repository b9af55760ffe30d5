import { randomUUID } from 'node:crypto';
import { ApiError } from '../errors/api-error.js';
import { isMillraceError } from '../errors/is-millrace-error.js';
import type { PipelineContext } from '../http/hosted-call.js';
import type { HostedRun } from '../process/hosted-run.js';
import { startHostedRun } from '../process/process-file.js';
import { checkProcessOptions } from '../process/process-options.js';
import { isReusable } from '../process/start/file-source.js';
import { renewKey } from '../process/start/start-run.js';
import { batchLimits } from '../shared/runs/batch-limits.js';
import type { VerboseLines } from '../wait/verbose-lines.js';
import type { BatchItem } from './batch-items.js';
import type { ItemOptions, Placed } from './folder-file.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import type { ServerBatch } from './server-batch.js';

export interface FileStats {
  readonly size?: number;
  readonly mtimeMs?: number;
}

interface StarterParts {
  readonly manifest: Manifest | undefined;
  readonly batch: ServerBatch | undefined;
  /** The symbolic directory that `client.sync` keeps equal to a folder. */
  readonly syncRoot?: string | undefined;
}

/** Starts one run for each file of a batch, even if calls are interrupted and continued. */
export class FileStarter {
  readonly #context: PipelineContext;
  readonly #parts: StarterParts;
  readonly #lines: VerboseLines;
  /** Whether the server was unavailable for too long for a file. Later files then do not wait for the server until a file succeeds. */
  #hasGivenUp = false;

  constructor(context: PipelineContext, parts: StarterParts, lines: VerboseLines) {
    this.#context = context;
    this.#parts = parts;
    this.#lines = lines;
  }

  /**
   * @param entry The file's manifest entry, if the file has not changed since.
   * @param placed The place on the server of a file in a directory. @default the place that `options` name
   */
  async start(
    item: BatchItem,
    options: ItemOptions,
    fileStats: FileStats,
    entry: ManifestEntry | undefined,
    placed: Placed = {},
  ): Promise<HostedRun> {
    const upload = (idempotencyKey: string): Promise<HostedRun> =>
      this.#upload(item, options, fileStats, placed, idempotencyKey);
    const savedKey = entry?.state === 'uploading' ? entry.idempotencyKey : undefined;
    if (savedKey === undefined) return upload(randomUUID());
    try {
      return await upload(savedKey);
    } catch (error) {
      // the reservation has expired, and a new reservation needs a new key
      if (error instanceof ApiError && !error.retryable && isReusable(item.file)) return upload(renewKey(savedKey));
      throw error;
    }
  }

  async #upload(
    { key, file }: BatchItem,
    itemOptions: ItemOptions,
    fileStats: FileStats,
    { replaces, ...place }: Placed,
    idempotencyKey: string,
  ): Promise<HostedRun> {
    const { manifest, batch, syncRoot } = this.#parts;
    const { outputName: _, ...own } = itemOptions;
    const options = { ...own, ...place, idempotencyKey };
    checkProcessOptions(options);
    await manifest?.record({ key, ...fileStats, state: 'uploading', idempotencyKey });
    const retryFor = this.#hasGivenUp ? 0 : options.retryFor;
    const inBatch = { sender: batch, key: key.slice(-batchLimits.key), replaces, syncRoot };
    const starting = startHostedRun(this.#context, file, { ...options, retryFor }, this.#lines, undefined, inBatch);
    const run = await starting.catch((error: unknown) => {
      this.#hasGivenUp ||= isMillraceError(error) && error.retryable;
      throw error;
    });
    this.#hasGivenUp = false;
    await manifest?.record({ key, state: 'running', requestId: run.requestId, fileId: run.fileId });
    return run;
  }
}
