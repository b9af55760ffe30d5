import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { api, ServerError } from '../api.js';
import { reserve, upload, type Work } from './reserve.js';
import { UploadBatch } from './upload-batch.js';

/** The fields of a run that the list of uploads shows. Events and records have all of them. */
type UploadedRun = Pick<
  RunStatus,
  'requestId' | 'state' | 'late' | 'progress' | 'error' | 'startedAt' | 'durationMs' | 'finishedAt'
>;

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly pipeline: string;
  /** In ms since 1970. */
  readonly addedAt: number;
  /** The size of the file. */
  readonly bytes: number;
  /** The number of bytes sent so far. */
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'sent' | 'refused' | 'cancelled';
  /** Why the upload was refused: the error of the server or of the browser. */
  readonly error?: unknown;
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
  /** The id of the file's batch. */
  readonly batchId?: string | undefined;
  readonly run?: UploadedRun | undefined;
}

interface Source {
  readonly file: File;
  readonly work: Work;
}

/** A file that is sent or waits to be sent. */
interface Sending extends Source {
  /** The idempotency key, with which a second attempt finds the run of the first. */
  readonly key: string;
  /** Stops the upload. */
  readonly stop: AbortController;
  readonly batch: UploadBatch | undefined;
}

const maxConcurrent = 3;

// unlike `crypto.randomUUID`, this also works without HTTPS
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The uploads of this tab. They continue while other pages are shown. */
class Uploads {
  #list: readonly Upload[] = [];
  #sending = 0;
  readonly #sources = new Map<string, Sending>();
  readonly #watchers = new Set<() => void>();

  readonly list = (): readonly Upload[] => this.#list;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Sends files; several files form a batch. @param name The name of the batch. @default a random name */
  add(sources: readonly Source[], name?: string): void {
    const addedAt = Date.now();
    const [first, second] = sources;
    const batch = first && second && new UploadBatch(first.work, sources.length, name);
    const added = sources.map((source): Upload => {
      const id = newKey();
      this.#sources.set(id, { ...source, key: id, stop: new AbortController(), batch });
      const { file, work } = source;
      return { id, name: file.name, pipeline: work.pipeline, addedAt, bytes: file.size, sent: 0, state: 'waiting' };
    });
    this.#set([...added, ...this.#list]);
    this.#next();
  }

  retry(id: string): void {
    const source = this.#sources.get(id);
    const stop = new AbortController();
    // the run of a cancelled upload has ended: a new key creates another run
    if (source) {
      const batch = source.batch?.acceptAgain(id) ? source.batch : undefined;
      const key = source.stop.signal.aborted ? newKey() : source.key;
      this.#sources.set(id, { ...source, stop, key, batch });
    }
    const noRun = { error: undefined, requestId: undefined, fileId: undefined, batchId: undefined, run: undefined };
    this.#change(id, { ...noRun, state: 'waiting', sent: 0 });
    this.#next();
  }

  /** Stops an upload, or cancels its run. The server deletes an incomplete file. */
  async cancel(id: string): Promise<void> {
    const one = this.#list.find((each) => each.id === id);
    if (!one || isOver(one)) return;
    const source = this.#sources.get(id);
    source?.stop.abort();
    if (one.state === 'waiting') source?.batch?.settle(id);
    if (one.state !== 'sent') this.#change(id, { state: 'cancelled' });
    // a run that has ended meanwhile cannot be cancelled; the row shows its state
    if (one.requestId !== undefined)
      await api(`/v1/runs/${one.requestId}/cancel`, { method: 'POST' }).catch(() => undefined);
  }

  async cancelAll(): Promise<void> {
    await Promise.all(this.#list.map(({ id }) => this.cancel(id)));
  }

  /** Removes the uploads that have ended from the list. Their files stay on the server. */
  clear(): void {
    this.#set(this.#list.filter((one) => !isOver(one)));
  }

  /** Stops all uploads, and clears the list. */
  abandon(): void {
    for (const { stop } of this.#sources.values()) stop.abort();
    this.#sources.clear();
    this.#set([]);
  }

  /** Shows the new state of a run in the row of its upload. */
  readonly onRun = (run: UploadedRun): void => {
    const one = this.#list.find(({ requestId }) => requestId === run.requestId);
    if (one) this.#change(one.id, { run });
  };

  /** Reads the unfinished runs again, whose events may have been missed. */
  async refresh(): Promise<void> {
    const open = this.#list.filter(({ state, run }) => state === 'sent' && !(run && isFinalState(run.state)));
    for (const { requestId } of open) {
      if (requestId === undefined) continue;
      await api<RunStatus>(`/v1/runs/${requestId}`).then(this.onRun, () => undefined);
    }
  }

  #next(): void {
    while (this.#sending < maxConcurrent) {
      // the list is newest first: files that were dropped earlier are sent earlier
      const one = this.#list.findLast(({ state }) => state === 'waiting');
      const source = one && this.#sources.get(one.id);
      if (!one || !source) return;
      this.#sending++;
      this.#change(one.id, { state: 'sending' });
      void this.#send(one.id, source).finally(() => {
        this.#sending--;
        this.#next();
      });
    }
  }

  async #send(id: string, sending: Sending): Promise<void> {
    const {
      file,
      work,
      key,
      stop: { signal },
      batch,
    } = sending;
    let runId: string | undefined;
    try {
      const batchId = await batch?.id();
      signal.throwIfAborted();
      const reserved = await reserve(work, file.name, batchId, key, signal);
      runId = reserved.request_id;
      this.#change(id, { batchId, requestId: reserved.request_id, fileId: reserved.file_id });
      await upload(reserved, file, (sent) => this.#change(id, { sent }), signal);
      this.#change(id, { state: 'sent', sent: file.size });
      this.#sources.delete(id);
      batch?.settle(id);
      // the run may have ended before this client received its first event
      const run = await api<RunStatus>(`/v1/runs/${reserved.request_id}`);
      if (!this.#list.find((one) => one.id === id)?.run) this.onRun(run);
    } catch (error) {
      // the file was sent, and only reading its run failed
      if (!this.#sources.has(id)) return;
      if (!signal.aborted) this.#change(id, { state: 'refused', error });
      const refusal = !signal.aborted && error instanceof ServerError ? error : undefined;
      if (runId === undefined) {
        batch?.settle(id, refusal && refusalOf(pathOf(file, work), refusal));
        return;
      }
      // the server refused the content: cancel the run, so that its batch does not wait for it
      if (refusal && refusal.status < 500) {
        this.#sources.set(id, { ...sending, key: newKey() });
        await api(`/v1/runs/${runId}/cancel`, { method: 'POST' }).catch(() => undefined);
      }
      batch?.settle(id);
    }
  }

  #change(id: string, changes: Partial<Upload>): void {
    this.#set(this.#list.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  }

  #set(list: readonly Upload[]): void {
    this.#list = list;
    for (const watcher of this.#watchers) watcher();
  }
}

function pathOf({ name }: File, { directory }: Work): string {
  return directory === undefined ? name : `${directory}/${name}`.replace(/^\/+/, '');
}

function refusalOf(key: string, { code = 'refused', message }: ServerError) {
  return { key, error: { code: code.slice(0, 100), message: message.slice(0, 10_000) } };
}

export const isOver = ({ state, run }: Upload): boolean =>
  state === 'refused' || state === 'cancelled' || (run !== undefined && isFinalState(run.state));

export const uploads = new Uploads();
