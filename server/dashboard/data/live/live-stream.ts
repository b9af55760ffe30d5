import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { RunState, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { serverPath } from '../base.js';
import { readEvents } from './read-events.js';

export interface LiveStats {
  readonly runs: Readonly<Record<RunState, number>>;
  /** The number of pending runs that have waited too long for a worker. */
  readonly late: number;
}

/** The data of each event of the live stream. */
export interface LiveEvents {
  run: RunSummary;
  'run-deleted': { requestId: string };
  task: { requestId: string; tasks: TaskStatus[] };
  log: { requestId: string; lines: StoredLogLine[] };
  batch: BatchStatus;
  worker: WorkerRecord;
  stats: LiveStats;
  /** Emitted by this client when the connection opens. `run` is the followed run. Data that was read before may be outdated. */
  opened: { run: string | undefined };
  /** Events were missed: all shown data must be read again. */
  reset: Record<string, never>;
}

export type Connection = 'connecting' | 'live' | 'lost' | 'paused';

type Listener<Name extends keyof LiveEvents> = (data: LiveEvents[Name]) => void;

/** The delays before the connection opens again, in ms. The last one repeats. */
const retryDelaysMs = [250, 500, 1000, 2000, 5000];
/** How long the stream may be silent, in ms. Heartbeats arrive every 15 s. */
const maxSilenceMs = 40_000;

/** The tab's only connection to `/v1/stream`. It closes while the tab is hidden, and then continues after the last event. */
export class LiveStream {
  #connection: Connection = 'connecting';
  #run: string | undefined;
  #lastEventId = '';
  #failures = 0;
  #wasOpen = false;
  #stats: LiveStats | undefined;
  #current: AbortController | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Map<keyof LiveEvents, Set<Listener<never>>>();
  readonly #watchers = new Set<() => void>();

  /** Opens the connection whenever the tab is visible. @returns A function that closes it. */
  start(): () => void {
    const onVisibility = () => (document.hidden ? this.#pause() : this.#open());
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      this.#pause();
    };
  }

  readonly connection = (): Connection => this.#connection;

  readonly watchConnection = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Returns the latest statistics; `undefined` until the first ones arrive. */
  readonly stats = (): LiveStats | undefined => this.#stats;

  on<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Subscribes to the tasks and log lines of a run, for which the connection opens again. @returns A function that unsubscribes. */
  follow(run: string): () => void {
    this.#run = run;
    this.#open();
    return () => {
      if (this.#run !== run) return;
      this.#run = undefined;
      this.#open();
    };
  }

  #open(): void {
    this.#close();
    if (document.hidden) return;
    const controller = new AbortController();
    this.#current = controller;
    void this.#read(controller);
  }

  async #read(controller: AbortController): Promise<void> {
    const { signal } = controller;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const onBytes = () => {
      clearTimeout(silence);
      silence = setTimeout(() => controller.abort(), maxSilenceMs);
    };
    try {
      onBytes();
      const run = this.#run;
      const path = run === undefined ? '/v1/stream' : `/v1/stream?run=${encodeURIComponent(run)}`;
      const headers = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
      const response = await fetch(serverPath(path), { signal, headers: { accept: 'text/event-stream', ...headers } });
      if (!response.ok || !response.body) throw new Error(`Expected a stream, got ${response.status}`);
      this.#failures = 0;
      this.#set('live');
      // without the id of the last event, the server cannot send the events that were missed
      if (this.#wasOpen && this.#lastEventId === '') this.#emit('reset', {});
      this.#wasOpen = true;
      this.#emit('opened', { run });
      for await (const { name, id, data } of readEvents(response.body, onBytes)) {
        if (id !== undefined) this.#lastEventId = id;
        this.#emit(name as keyof LiveEvents, JSON.parse(data) as never);
      }
    } catch {
      // the connection was cut, refused, or closed by this tab
    } finally {
      clearTimeout(silence);
    }
    if (this.#current === controller) this.#openLater();
  }

  #openLater(): void {
    this.#current = undefined;
    const delay = retryDelaysMs[Math.min(this.#failures, retryDelaysMs.length - 1)] ?? 0;
    this.#failures += 1;
    // the first failure is not shown: the server may only be restarting
    if (this.#failures > 1) this.#set('lost');
    this.#retry = setTimeout(() => this.#open(), delay);
  }

  #pause(): void {
    this.#close();
    this.#set('paused');
  }

  #close(): void {
    clearTimeout(this.#retry);
    const current = this.#current;
    this.#current = undefined;
    current?.abort();
  }

  #set(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const watcher of this.#watchers) watcher();
  }

  #emit<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void {
    if (name === 'stats') this.#stats = data as LiveStats;
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<Name>)(data);
  }
}
