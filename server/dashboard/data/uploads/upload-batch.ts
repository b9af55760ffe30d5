import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import { batchLimits } from 'millrace/shared/runs/batch-limits.js';
import { callApi, parseErrorResponse } from '../api.js';
import { toServerPath } from '../base.js';
import type { ProcessSettings } from './reserve.js';

/** The maximum number of refused files to report in one request. */
const maxRefusalsPerRequest = 64;

interface Refusal {
  /** The path of the file. */
  readonly key: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** A batch of files that were added together. The batch is created just before the first file is sent. */
export class UploadBatch {
  readonly #settings: ProcessSettings;
  readonly #name: string | undefined;
  readonly #fileCount: number;
  /** The number of files that are waiting or being sent. */
  #unsettledCount: number;
  #id: Promise<string | undefined> | undefined;
  readonly #refusals = new Map<string, Refusal>();

  constructor(settings: ProcessSettings, fileCount: number, name: string | undefined) {
    this.#settings = settings;
    this.#name = name;
    this.#fileCount = fileCount;
    this.#unsettledCount = fileCount;
  }

  /**
   * Creates the batch on the first call.
   *
   * @returns The batch's id, or `undefined` if the batch could not be created. The files are then sent without a batch.
   */
  getOrCreateId(): Promise<string | undefined> {
    const { pipeline, chain, modules } = this.#settings;
    this.#id ??= callApi<BatchDetails>('/v1/batches', {
      method: 'POST',
      body: { pipeline, chain, modules, name: this.#name, expected: this.#fileCount },
    }).then(
      ({ batchId }) => batchId,
      () => undefined,
    );
    return this.#id;
  }

  /**
   * Records that a file was sent, or that sending it failed or was cancelled. Closes the batch when all files are settled.
   *
   * @param refusal The refusal to report to the batch; `undefined` if the file was not refused or has a run.
   */
  settle(uploadId: string, refusal?: Refusal): void {
    if (refusal) this.#refusals.set(uploadId, refusal);
    this.#unsettledCount--;
    if (this.#unsettledCount === 0) void this.#close().catch(() => undefined);
  }

  /** Marks a settled file as unsettled again, for a retry. @returns False if all files were already settled. */
  reopen(uploadId: string): boolean {
    if (this.#unsettledCount === 0) return false;
    this.#unsettledCount++;
    this.#refusals.delete(uploadId);
    return true;
  }

  /**
   * Reports the refused files and closes the batch. If a request fails, the batch stays open until the server closes it, about a day after
   * the last file was added.
   */
  async #close(): Promise<void> {
    const batchId = await this.#id;
    if (batchId === undefined) return;
    const refused = withUniqueKeys([...this.#refusals.values()]);
    for (let start = 0; start < refused.length; start += maxRefusalsPerRequest) {
      const body = new FormData();
      body.append('files', JSON.stringify(refused.slice(start, start + maxRefusalsPerRequest)));
      const response = await fetch(toServerPath(`/v1/batches/${batchId}/files`), { method: 'POST', body });
      // leave the batch open: if it were closed without the refused files, it would look complete
      if (!response.ok) throw parseErrorResponse(response, await response.text());
    }
    await callApi(`/v1/batches/${batchId}/close`, { method: 'POST', body: {} });
  }
}

/** Makes the keys unique: files from different dropped folders can have the same path. Truncates long paths at the start. */
function withUniqueKeys(refused: readonly Refusal[]): Refusal[] {
  const used = new Set<string>();
  return refused.map(({ key: path, error }) => {
    // leave 20 characters for a number such as ` (2)`, and do not start with half of a surrogate pair
    const baseKey = path.slice(20 - batchLimits.keyLength).replace(/^[\udc00-\udfff]/, '');
    let key = baseKey;
    for (let n = 2; used.has(key); n++) key = `${baseKey} (${n})`;
    used.add(key);
    return { key, error };
  });
}
