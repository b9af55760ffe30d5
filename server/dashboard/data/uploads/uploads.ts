import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { callApi, ServerError } from '../api.js';
import { reserveRun, uploadFile, type ProcessSettings } from './reserve.js';
import { UploadBatch } from './upload-batch.js';

/** The fields of a run that the list of uploads uses. Both live events and responses have these fields. */
type UploadedRun = Pick<
  RunStatus,
  'requestId' | 'state' | 'late' | 'progress' | 'error' | 'startedAt' | 'durationMs' | 'finishedAt'
>;

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly pipeline: string;
  /** When the file was added, in ms since the Unix epoch. */
  readonly addedAt: number;
  /** The size of the file, in bytes. */
  readonly bytes: number;
  readonly sentBytes: number;
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled';
  /** The error from the server or the browser, if `state` is `failed`. */
  readonly error?: unknown;
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
  /** The id of the batch; `undefined` until the file has a run, and for a file outside a batch. */
  readonly batchId?: string | undefined;
  readonly run?: UploadedRun | undefined;
}

interface UploadSource {
  readonly file: File;
  readonly settings: ProcessSettings;
}

/** A file that is waiting, is being sent, or can be retried. */
interface PendingUpload extends UploadSource {
  /** A second attempt with the same key reuses the run of the first attempt. */
  readonly idempotencyKey: string;
  readonly controller: AbortController;
  readonly batch: UploadBatch | undefined;
}

const maxConcurrentUploads = 3;

// `crypto.randomUUID` requires HTTPS; `getRandomValues` does not
const createRandomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The uploads of this tab. They continue while the user visits other pages. */
class Uploads {
  #list: readonly Upload[] = [];
  /** The number of files that are being sent. */
  #activeCount = 0;
  #pending = new Map<string, PendingUpload>();
  readonly #subscribers = new Set<() => void>();

  readonly getList = (): readonly Upload[] => this.#list;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  /** Queues files for uploading. Two or more files form a batch. @param batchName The name of the batch. @default a random name */
  add(sources: readonly UploadSource[], batchName?: string): void {
    const addedAt = Date.now();
    const [first, second] = sources;
    const batch = first && second && new UploadBatch(first.settings, sources.length, batchName);
    const added = sources.map((source): Upload => {
      const id = createRandomKey();
      this.#pending.set(id, { ...source, idempotencyKey: id, controller: new AbortController(), batch });
      const { file, settings } = source;
      return {
        id,
        name: file.name,
        pipeline: settings.pipeline,
        addedAt,
        bytes: file.size,
        sentBytes: 0,
        state: 'waiting',
      };
    });
    this.#setList([...added, ...this.#list]);
    this.#startNext();
  }

  retry(id: string): void {
    const pending = this.#pending.get(id);
    if (pending) {
      const batch = pending.batch?.reopen(id) ? pending.batch : undefined;
      // the run of a cancelled upload might be cancelled too, so create another run with a new key
      const idempotencyKey = pending.controller.signal.aborted ? createRandomKey() : pending.idempotencyKey;
      this.#pending.set(id, { ...pending, controller: new AbortController(), idempotencyKey, batch });
    }
    const cleared = { error: undefined, requestId: undefined, fileId: undefined, batchId: undefined, run: undefined };
    this.#update(id, { ...cleared, state: 'waiting', sentBytes: 0 });
    this.#startNext();
  }

  /** Cancels an upload and its run. If the file is being sent, aborts the transfer first. Does nothing if the upload has ended. */
  async cancel(id: string): Promise<void> {
    const upload = this.#list.find((candidate) => candidate.id === id);
    if (!upload || hasEnded(upload)) return;
    const pending = this.#pending.get(id);
    pending?.controller.abort();
    if (upload.state === 'waiting') pending?.batch?.settle(id);
    if (upload.state !== 'sent') this.#update(id, { state: 'cancelled' });
    else if (upload.requestId !== undefined) await cancelRun(upload.requestId);
  }

  async cancelAll(): Promise<void> {
    await Promise.all(this.#list.map(({ id }) => this.cancel(id)));
  }

  /** Removes ended uploads from the list. Deletes nothing on the server. */
  clearEnded(): void {
    for (const upload of this.#list) if (hasEnded(upload)) this.#pending.delete(upload.id);
    this.#setList(this.#list.filter((upload) => !hasEnded(upload)));
  }

  /** Aborts all uploads and clears the list. Does not cancel any runs. */
  reset(): void {
    for (const { controller } of this.#pending.values()) controller.abort();
    this.#pending = new Map();
    this.#setList([]);
  }

  /** Updates the upload of a run. Does nothing if the run does not belong to an upload in the list. */
  readonly onRun = (run: UploadedRun): void => {
    const upload = this.#list.find(({ requestId }) => requestId === run.requestId);
    if (upload) this.#update(upload.id, { run });
  };

  /** Refetches the unfinished runs of sent files, because events may have been missed. */
  async refetchUnfinishedRuns(): Promise<void> {
    const unfinished = this.#list.filter(({ state, run }) => state === 'sent' && !(run && isFinalState(run.state)));
    for (const { requestId } of unfinished) {
      if (requestId === undefined) continue;
      await callApi<RunStatus>(`/v1/runs/${requestId}`).then(this.onRun, () => undefined);
    }
  }

  #startNext(): void {
    while (this.#activeCount < maxConcurrentUploads) {
      // new files are added to the start of the list, so send the last waiting file first
      const upload = this.#list.findLast(({ state }) => state === 'waiting');
      const pending = upload && this.#pending.get(upload.id);
      if (!upload || !pending) return;
      this.#activeCount++;
      this.#update(upload.id, { state: 'sending' });
      void this.#send(upload.id, pending).finally(() => {
        this.#activeCount--;
        this.#startNext();
      });
    }
  }

  async #send(id: string, pending: PendingUpload): Promise<void> {
    const {
      file,
      settings,
      idempotencyKey,
      controller: { signal },
      batch,
    } = pending;
    const pendingAtStart = this.#pending;
    let runId: string | undefined;
    try {
      const batchId = await batch?.getOrCreateId();
      signal.throwIfAborted();
      // do not abort this request: the server might create the run anyway, and its id is needed to cancel it
      const reservation = await reserveRun(settings, file.name, batchId, idempotencyKey);
      runId = reservation.request_id;
      signal.throwIfAborted();
      this.#update(id, { batchId, requestId: reservation.request_id, fileId: reservation.file_id });
      await uploadFile(reservation, file, (sentBytes) => this.#update(id, { sentBytes }), signal);
      this.#update(id, { state: 'sent', sentBytes: file.size });
      this.#pending.delete(id);
      batch?.settle(id);
      // fetch the run, because its first events may have been missed
      const run = await callApi<RunStatus>(`/v1/runs/${runId}`).catch(() => undefined);
      if (run && !this.#list.find((upload) => upload.id === id)?.run) this.onRun(run);
    } catch (error) {
      // ignore the error if the list was reset, because another user might be signed in
      if (this.#pending !== pendingAtStart) return;
      if (!signal.aborted) this.#update(id, { state: 'failed', error });
      const refusal = !signal.aborted && error instanceof ServerError ? error : undefined;
      if (runId === undefined) {
        batch?.settle(id, refusal && toRefusal(getFilePath(file, settings), refusal));
        return;
      }
      // if the server refused the content, use a new key for a retry
      const isRefused = refusal !== undefined && refusal.status < 500;
      if (isRefused) this.#pending.set(id, { ...pending, idempotencyKey: createRandomKey() });
      // cancel the run, so that its batch does not wait for it
      if (isRefused || signal.aborted) await cancelRun(runId);
      batch?.settle(id);
    }
  }

  #update(id: string, changes: Partial<Upload>): void {
    this.#setList(this.#list.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
  }

  #setList(list: readonly Upload[]): void {
    this.#list = list;
    for (const subscriber of this.#subscribers) subscriber();
  }
}

/** Cancels a run. Ignores errors, because the run may have ended in the meantime. */
async function cancelRun(id: string): Promise<void> {
  await callApi(`/v1/runs/${id}/cancel`, { method: 'POST' }).catch(() => undefined);
}

function getFilePath({ name }: File, { directory }: ProcessSettings): string {
  return directory === undefined ? name : `${directory}/${name}`.replace(/^\/+/, '');
}

function toRefusal(key: string, { code = 'refused', message }: ServerError) {
  return { key, error: { code: code.slice(0, 100), message: message.slice(0, 10_000) } };
}

/** Returns whether an upload failed or was cancelled, or whether its run has ended. */
export const hasEnded = ({ state, run }: Upload): boolean =>
  state === 'failed' || state === 'cancelled' || (run !== undefined && isFinalState(run.state));

export const uploads = new Uploads();
