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

/** Files that were dropped together, which the server knows as a batch. It is created with the first that is sent. */
export class UploadBatch {
  readonly #work: Work;
  readonly #name: string | undefined;
  readonly #expected: number;
  /** How many are still to be sent. */
  #open: number;
  #id: Promise<string | undefined> | undefined;
  readonly #refused = new Map<string, Refusal>();

  constructor(work: Work, expected: number, name: string | undefined) {
    this.#work = work;
    this.#name = name;
    this.#expected = expected;
    this.#open = expected;
  }

  /** The batch's id; `undefined` if the server has refused to create one, so that each file is sent alone. */
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

  /** Notes that a file was sent, refused or cancelled. After the last one, no more come. */
  settle(id: string, refusal?: Refusal): void {
    if (refusal) this.#refused.set(id, refusal);
    this.#open--;
    if (this.#open === 0) void this.#close().catch(() => undefined);
  }

  /** Takes a file again. @returns False if no more come. */
  takeAgain(id: string): boolean {
    if (this.#open === 0) return false;
    this.#open++;
    this.#refused.delete(id);
    return true;
  }

  /** If it fails, the server closes the batch a day later. */
  async #close(): Promise<void> {
    const batchId = await this.#id;
    if (batchId === undefined) return;
    const refused = withUniqueKeys([...this.#refused.values()]);
    for (let first = 0; first < refused.length; first += maxRefusals) {
      const body = new FormData();
      body.append('files', JSON.stringify(refused.slice(first, first + maxRefusals)));
      const response = await fetch(serverPath(`/v1/batches/${batchId}/files`), { method: 'POST', body });
      // a batch that is closed without them would seem to be complete
      if (!response.ok) throw readError(response, await response.text());
    }
    await api(`/v1/batches/${batchId}/close`, { method: 'POST', body: {} });
  }
}

/** Several files may have the same path, like those that were dropped from several folders. Of a long path, the end is kept. */
function withUniqueKeys(refused: readonly Refusal[]): Refusal[] {
  const seen = new Set<string>();
  return refused.map(({ key: path, error }) => {
    // no half of a character
    const end = path.slice(20 - batchLimits.key).replace(/^[\udc00-\udfff]/, '');
    let key = end;
    for (let n = 2; seen.has(key); n++) key = `${end} (${n})`;
    seen.add(key);
    return { key, error };
  });
}
