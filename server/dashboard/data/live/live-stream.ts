import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { RunState, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { toServerPath } from '../base.js';
import { readEvents } from './read-events.js';

export interface LiveStats {
  /** The number of unfinished runs in each state. */
  readonly runs: Readonly<Record<RunState, number>>;
  /** The number of late runs. A run is late if it, or its next module, has been waiting to start for more than 15 s. */
  readonly late: number;
}

/** The data of each live event, by the event's name. */
export interface LiveEvents {
  run: RunSummary;
  'run-deleted': { requestId: string };
  task: { requestId: string; tasks: TaskStatus[] };
  log: { requestId: string; lines: StoredLogLine[] };
  batch: BatchStatus;
  worker: WorkerRecord;
  stats: LiveStats;
  /**
   * Emitted by `LiveStream`, not by the server, when a connection opens. Data that was fetched earlier may be stale. `followedRunId` is
   * `undefined` if no run is followed.
   */
  opened: { followedRunId: string | undefined };
  /** Emitted when events were missed and cannot be replayed. All data must then be refetched. */
  reset: Record<string, never>;
}

export type ConnectionState = 'connecting' | 'live' | 'lost' | 'paused';

type Listener<Name extends keyof LiveEvents> = (data: LiveEvents[Name]) => void;

/** The delays before reconnecting, in ms. The last delay repeats. */
const retryDelaysMs = [250, 500, 1000, 2000, 5000];
/** How long the stream can be silent before it is reopened, in ms. The server sends a heartbeat every 15 s while there are no events. */
const maxSilenceMs = 40_000;

/**
 * Receives live events from `/v1/stream`. The connection is closed while the tab is hidden. A new connection resumes after the last
 * received event.
 */
export class LiveStream {
  #connectionState: ConnectionState = 'connecting';
  #followedRunId: string | undefined;
  #lastEventId = '';
  #failureCount = 0;
  #hasConnected = false;
  #stats: LiveStats | undefined;
  #controller: AbortController | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Map<keyof LiveEvents, Set<Listener<never>>>();
  readonly #stateSubscribers = new Set<() => void>();

  /** Keeps the connection open while the tab is visible. @returns A function that closes the connection and stops reopening it. */
  start(): () => void {
    const onVisibilityChange = () => (document.hidden ? this.#pause() : this.#open());
    document.addEventListener('visibilitychange', onVisibilityChange);
    onVisibilityChange();
    return () => {
      document.removeEventListener('visibilitychange', onVisibilityChange);
      this.#pause();
    };
  }

  readonly getConnectionState = (): ConnectionState => this.#connectionState;

  readonly subscribeToConnectionState = (subscriber: () => void): (() => void) => {
    this.#stateSubscribers.add(subscriber);
    return () => this.#stateSubscribers.delete(subscriber);
  };

  /** Returns the latest statistics; `undefined` before the first `stats` event. */
  readonly getStats = (): LiveStats | undefined => this.#stats;

  on<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Follows a run instead of the previous one. Reopens the connection to include the run's `task` and `log` events.
   *
   * @returns A function that stops following the run.
   */
  followRun(runId: string): () => void {
    this.#followedRunId = runId;
    this.#open();
    return () => {
      if (this.#followedRunId !== runId) return;
      this.#followedRunId = undefined;
      this.#open();
    };
  }

  #open(): void {
    this.#close();
    if (document.hidden) return;
    const controller = new AbortController();
    this.#controller = controller;
    void this.#read(controller);
  }

  async #read(controller: AbortController): Promise<void> {
    const { signal } = controller;
    let silenceTimer: ReturnType<typeof setTimeout> | undefined;
    const restartSilenceTimer = () => {
      clearTimeout(silenceTimer);
      silenceTimer = setTimeout(() => controller.abort(), maxSilenceMs);
    };
    try {
      restartSilenceTimer();
      const followedRunId = this.#followedRunId;
      const path = followedRunId === undefined ? '/v1/stream' : `/v1/stream?run=${encodeURIComponent(followedRunId)}`;
      const headers = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
      const response = await fetch(toServerPath(path), {
        signal,
        headers: { accept: 'text/event-stream', ...headers },
      });
      if (!response.ok || !response.body) throw new Error(`Expected a stream, got status ${response.status}.`);
      this.#failureCount = 0;
      this.#setConnectionState('live');
      // without the id of the last event, the server cannot replay the missed events, so refetch all data
      if (this.#hasConnected && this.#lastEventId === '') this.#emit('reset', {});
      this.#hasConnected = true;
      this.#emit('opened', { followedRunId });
      for await (const { name, id, data } of readEvents(response.body, restartSilenceTimer)) {
        if (id !== undefined) this.#lastEventId = id;
        this.#emit(name as keyof LiveEvents, JSON.parse(data) as never);
      }
    } catch {
      // the request failed, or the connection was lost or closed
    } finally {
      clearTimeout(silenceTimer);
    }
    if (this.#controller === controller) this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    this.#controller = undefined;
    const delay = retryDelaysMs[Math.min(this.#failureCount, retryDelaysMs.length - 1)] ?? 0;
    this.#failureCount += 1;
    // do not report the first failure, because the connection often recovers immediately
    if (this.#failureCount > 1) this.#setConnectionState('lost');
    this.#retryTimer = setTimeout(() => this.#open(), delay);
  }

  #pause(): void {
    this.#close();
    this.#setConnectionState('paused');
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.abort();
  }

  #setConnectionState(state: ConnectionState): void {
    if (this.#connectionState === state) return;
    this.#connectionState = state;
    for (const subscriber of this.#stateSubscribers) subscriber();
  }

  #emit<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void {
    if (name === 'stats') this.#stats = data as LiveStats;
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<Name>)(data);
  }
}
