import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { api } from './api.js';
import { reserve, upload, type Work } from './process.js';

/** A run as lists and records have it. */
type UploadedRun = Pick<
  RunStatus,
  'requestId' | 'state' | 'late' | 'progress' | 'error' | 'startedAt' | 'durationMs' | 'finishedAt'
>;

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** In bytes. */
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'sent' | 'refused';
  /** Why it was refused; the server's words. */
  readonly error?: unknown;
  readonly requestId?: string;
  readonly fileId?: string;
  readonly run?: UploadedRun;
}

interface Source {
  readonly file: File;
  readonly work: Work;
}

const atOnce = 3;

/** The files of this tab that are on their way. They go on while other pages are shown. */
class Uploads {
  #list: readonly Upload[] = [];
  #sending = 0;
  readonly #sources = new Map<string, Source>();
  readonly #watchers = new Set<() => void>();

  readonly list = (): readonly Upload[] => this.#list;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  add(sources: readonly Source[]): void {
    const added = sources.map((source): Upload => {
      // also works where the page is not served over HTTPS
      const id = [...crypto.getRandomValues(new Uint8Array(16))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
      this.#sources.set(id, source);
      return { id, name: source.file.name, bytes: source.file.size, sent: 0, state: 'waiting' };
    });
    this.#set([...added, ...this.#list]);
    this.#next();
  }

  retry(id: string): void {
    this.#change(id, { state: 'waiting', sent: 0, error: undefined });
    this.#next();
  }

  /** Forgets those that have ended. Their files stay on the server. */
  clear(): void {
    this.#set(this.#list.filter((one) => !isOver(one)));
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

  async #send(id: string, { file, work }: Source): Promise<void> {
    try {
      const reserved = await reserve(work, file.name, id);
      this.#change(id, { requestId: reserved.request_id, fileId: reserved.file_id });
      await upload(reserved, file, (sent) => this.#change(id, { sent }));
      this.#change(id, { state: 'sent', sent: file.size });
      this.#sources.delete(id);
      // a run may end before its first event is heard
      const run = await api<RunStatus>(`/v1/runs/${reserved.request_id}`);
      if (!this.#list.find((one) => one.id === id)?.run) this.onRun(run);
    } catch (error) {
      if (this.#sources.has(id)) this.#change(id, { state: 'refused', error });
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

export const isOver = ({ state, run }: Upload): boolean =>
  state === 'refused' || (run !== undefined && isFinalState(run.state));

export const uploads = new Uploads();
