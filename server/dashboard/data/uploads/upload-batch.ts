import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import { batchLimits } from 'millrace/shared/runs/batch-limits.js';
import { api, readError } from '../api.js';
import { serverPath } from '../base.js';
import type { Work } from './reserve.js';

/** The maximum number of refused files in a request. */
const maxRefusals = 64;

interface Refusal {
  /** The path of the file. */
  readonly key: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** A batch of files that were dropped together. The server creates it when the first file is sent. */
export class UploadBatch {
  readonly #work: Work;
  readonly #name: string | undefined;
  readonly #expected: number;
  /** The number of files that are not settled yet. */
  #open: number;
  #id: Promise<string | undefined> | undefined;
  readonly #refused = new Map<string, Refusal>();

  constructor(work: Work, expected: number, name: string | undefined) {
    this.#work = work;
    this.#name = name;
    this.#expected = expected;
    this.#open = expected;
  }

  /** Creates the batch at the first call. @returns Its id; `undefined` if creating it failed, so that each file is sent alone. */
  id(): Promise<string | undefined> {
    const { pipeline, chain, modules } = this.#work;
    this.#id ??= api<BatchDetails>('/v1/batches', {
      method: 'POST',
      body: { pipeline, chain, modules, name: this.#name, expected: this.#expected },
    }).then(
      ({ batchId }) => batchId,
      () => undefined,
    );
    return this.#id;
  }

  /** Records that a file was sent, refused or cancelled. Closes the batch after the last file. */
  settle(id: string, refusal?: Refusal): void {
    if (refusal) this.#refused.set(id, refusal);
    this.#open--;
    if (this.#open === 0) void this.#close().catch(() => undefined);
  }

  /** Accepts a settled file again. @returns False if the batch is closed. */
  acceptAgain(id: string): boolean {
    if (this.#open === 0) return false;
    this.#open++;
    this.#refused.delete(id);
    return true;
  }

  /** Reports the refused files and closes the batch. If this fails, the server closes the batch a day later. */
  async #close(): Promise<void> {
    const batchId = await this.#id;
    if (batchId === undefined) return;
    const refused = withUniqueKeys([...this.#refused.values()]);
    for (let first = 0; first < refused.length; first += maxRefusals) {
      const body = new FormData();
      body.append('files', JSON.stringify(refused.slice(first, first + maxRefusals)));
      const response = await fetch(serverPath(`/v1/batches/${batchId}/files`), { method: 'POST', body });
      // a batch that is closed without its refused files would seem complete
      if (!response.ok) throw readError(response, await response.text());
    }
    await api(`/v1/batches/${batchId}/close`, { method: 'POST', body: {} });
  }
}

/** Makes the keys unique: files that were dropped from several folders may have the same path. Keeps only the end of a long path. */
function withUniqueKeys(refused: readonly Refusal[]): Refusal[] {
  const seen = new Set<string>();
  return refused.map(({ key: path, error }) => {
    // do not begin with half of a surrogate pair
    const end = path.slice(20 - batchLimits.key).replace(/^[\udc00-\udfff]/, '');
    let key = end;
    for (let n = 2; seen.has(key); n++) key = `${end} (${n})`;
    seen.add(key);
    return { key, error };
  });
}
