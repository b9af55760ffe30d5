import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { api, ServerError } from '../api.js';
import { reserve, upload, type Work } from './reserve.js';
import { UploadBatch } from './upload-batch.js';

/** A run as lists and records have it. */
type UploadedRun = Pick<
  RunStatus,
  'requestId' | 'state' | 'late' | 'progress' | 'error' | 'startedAt' | 'durationMs' | 'finishedAt'
>;

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly pipeline: string;
  /** In milliseconds since 1970. */
  readonly addedAt: number;
  readonly bytes: number;
  /** In bytes. */
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'sent' | 'refused' | 'cancelled';
  /** Why it was refused; the server's words. */
  readonly error?: unknown;
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
  /** The batch that it is part of. */
  readonly batchId?: string | undefined;
  readonly run?: UploadedRun | undefined;
}

interface Source {
  readonly file: File;
  readonly work: Work;
}

/** What is to be sent, and what ends the sending. */
interface Sending extends Source {
  /** The same key finds the same run, so that a second attempt is no second run. */
  readonly key: string;
  readonly stop: AbortController;
  readonly batch: UploadBatch | undefined;
}

const atOnce = 3;

// also works where the page is not served over HTTPS
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The files of this tab that are on their way. They go on while other pages are shown. */
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

  /** @param name What several files are called together. @default a random name */
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
    // what was cancelled has ended, and begins as another run
    if (source) {
      const batch = source.batch?.takeAgain(id) ? source.batch : undefined;
      const key = source.stop.signal.aborted ? newKey() : source.key;
      this.#sources.set(id, { ...source, stop, key, batch });
    }
    const nothing = { error: undefined, requestId: undefined, fileId: undefined, batchId: undefined, run: undefined };
    this.#change(id, { ...nothing, state: 'waiting', sent: 0 });
    this.#next();
  }

  /** Stops sending a file, or cancels its run. The server forgets what it has of a file that is not whole. */
  async cancel(id: string): Promise<void> {
    const one = this.#list.find((each) => each.id === id);
    if (!one || isOver(one)) return;
    const source = this.#sources.get(id);
    source?.stop.abort();
    if (one.state === 'waiting') source?.batch?.settle(id);
    if (one.state !== 'sent') this.#change(id, { state: 'cancelled' });
    // one that has ended meanwhile says so in its row
    if (one.requestId !== undefined)
      await api(`/v1/runs/${one.requestId}/cancel`, { method: 'POST' }).catch(() => undefined);
  }

  async cancelAll(): Promise<void> {
    await Promise.all(this.#list.map(({ id }) => this.cancel(id)));
  }

  /** Forgets those that have ended. Their files stay on the server. */
  clear(): void {
    this.#set(this.#list.filter((one) => !isOver(one)));
  }

  /** Stops whatever is on its way, and forgets all. */
  abandon(): void {
    for (const { stop } of this.#sources.values()) stop.abort();
    this.#sources.clear();
    this.#set([]);
  }

  /** What the server says of a run. */
  readonly onRun = (run: UploadedRun): void => {
    const one = this.#list.find(({ requestId }) => requestId === run.requestId);
    if (one) this.#change(one.id, { run });
  };

  /** Reads the runs again that may have gone on unseen. */
  async refresh(): Promise<void> {
    const open = this.#list.filter(({ state, run }) => state === 'sent' && !(run && isFinalState(run.state)));
    for (const { requestId } of open) {
      if (requestId === undefined) continue;
      await api<RunStatus>(`/v1/runs/${requestId}`).then(this.onRun, () => undefined);
    }
  }

  #next(): void {
    while (this.#sending < atOnce) {
      // the first that was dropped goes first
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
      // a run may end before its first event is heard
      const run = await api<RunStatus>(`/v1/runs/${reserved.request_id}`);
      if (!this.#list.find((one) => one.id === id)?.run) this.onRun(run);
    } catch (error) {
      // it was sent, and only its run could not be read
      if (!this.#sources.has(id)) return;
      if (!signal.aborted) this.#change(id, { state: 'refused', error });
      const refusal = !signal.aborted && error instanceof ServerError ? error : undefined;
      if (runId === undefined) {
        batch?.settle(id, refusal && refusalOf(pathOf(file, work), refusal));
        return;
      }
      // its batch counts the run, which must not wait for a content that the server has refused
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
