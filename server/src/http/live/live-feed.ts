import { randomUUID } from 'node:crypto';
import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { allowsName, type Access } from '../../store/tables/access.js';
import { findRunState } from '../../store/tables/runs.js';
import type { HttpContext } from '../http-context.js';
import { CompactLog } from './compact-log.js';
import { formatEvent } from './event-stream.js';
import { FollowedRun, type RunUpdate } from './followed-run.js';
import { removeDurations, resetEvent, toDeletionEntry } from './live-events.js';
import { LiveReader, type LiveSink } from './live-reader.js';

/** The maximum size of a feed's retained changes, in characters. */
const maxCharacters = 8 * 1024 ** 2;

/** How long a feed or a followed run without streams is retained for clients that reconnect, in milliseconds. */
const retentionMs = 300_000;

/**
 * Collects the visible changes in an account, once for all streams with the same access. Changes that are recorded together increment
 * the version once. Each stream tracks only the version that it has reached.
 */
export class LiveFeed implements LiveSink {
  readonly id = randomUUID().slice(0, 8);
  readonly #http: HttpContext;
  readonly #access: Access;
  readonly #reader: LiveReader;
  readonly #log = new CompactLog(0, maxCharacters);
  readonly #followedRuns = new Map<string, FollowedRun>();
  /** The callbacks that wake the streams, one per stream. */
  readonly #wakeCallbacks = new Set<() => void>();
  /** Cached chunks that end at the current version. A key is the version after which the chunk starts, and the followed run's id. */
  readonly #chunks = new Map<string, Uint8Array>();
  #startPromise: Promise<void> | undefined;
  #isStarted = false;
  #statsEvent = '';
  #version = 0;
  #lastStreamLeftAt = performance.now();

  constructor(http: HttpContext, access: Access) {
    this.#http = http;
    this.#access = access;
    this.#reader = new LiveReader(http, access, this);
  }

  get account(): string {
    return this.#access.account;
  }

  get version(): number {
    return this.#version;
  }

  get hasStreams(): boolean {
    return this.#wakeCallbacks.size > 0;
  }

  /** Whether the feed has had no streams for longer than {@link retentionMs}. */
  get isAbandoned(): boolean {
    return !this.hasStreams && performance.now() - this.#lastStreamLeftAt > retentionMs;
  }

  /** Adds a stream. @param wake Called for each new version. @returns A function that removes the stream. */
  async join(wake: () => void): Promise<() => void> {
    // read the run counts and workers again, because they were not read while there were no streams
    if (!this.hasStreams) this.#startPromise = undefined;
    this.#wakeCallbacks.add(wake);
    const leave = () => {
      this.#wakeCallbacks.delete(wake);
      this.#lastStreamLeftAt = performance.now();
    };
    this.#startPromise ??= this.#reader.readStatsAndWorkers();
    try {
      await this.#startPromise;
      this.#isStarted = true;
    } catch (error) {
      this.#startPromise = undefined;
      leave();
      throw error;
    }
    this.#reader.scheduleRead();
    return leave;
  }

  /**
   * Adds a follower to a run. While a run has followers, the feed collects the changes to the run's tasks and log.
   *
   * @returns The run and a function that removes the follower, or `undefined` if the run is not visible.
   */
  async follow(runId: string): Promise<{ run: FollowedRun; leave: () => void } | undefined> {
    const existing = this.#followedRuns.get(runId);
    const run = existing ?? new FollowedRun(runId, this.#version);
    this.#followedRuns.set(runId, run);
    // if the run had no followers, its changes have not been read
    if (existing) this.#reader.markRunChanged(runId);
    run.followerCount += 1;
    const leave = () => {
      run.followerCount -= 1;
      run.lastFollowerLeftAt = performance.now();
    };
    run.startPromise ??= this.#reader.runForAccount(() => this.#startFollowing(run));
    const isVisible = await run.startPromise.catch((error: unknown) => {
      leave();
      this.#followedRuns.delete(runId);
      throw error;
    });
    if (isVisible) return { run, leave };
    leave();
    this.#followedRuns.delete(runId);
    return undefined;
  }

  async #startFollowing(run: FollowedRun): Promise<boolean> {
    const { db, clock } = this.#http.engine;
    const now = clock.now();
    const state = await findRunState(db, this.#access, run.id, now);
    if (state) await run.start(db, now);
    return state !== undefined;
  }

  markRunChanged(runId: string): void {
    this.#reader.markRunChanged(runId);
  }

  markBatchChanged(batchId: string): void {
    this.#reader.markBatchChanged(batchId);
  }

  /**
   * Records that a run of the account was deleted.
   *
   * @param of The name of the run's pipeline, flow or task. For a subflow that was deleted with an ancestor, the ancestor's name.
   */
  markRunDeleted(runId: string, of: string): void {
    if (allowsName(this.#access, of)) this.#record([toDeletionEntry(runId)]);
    // the run may be visible only through an ancestor; `onRuns` then reports the deletion if the log contains the run
    this.#reader.markRunChanged(runId);
  }

  /** Tells clients to read everything again, because changes may have been missed. */
  invalidate(): void {
    this.#reader.invalidate();
  }

  /** Stops tracking runs that have had no followers for {@link retentionMs}, and checks for changes that cause no notification. */
  check(): void {
    for (const [runId, run] of this.#followedRuns) {
      if (run.followerCount === 0 && performance.now() - run.lastFollowerLeftAt > retentionMs)
        this.#followedRuns.delete(runId);
    }
    this.#reader.check();
  }

  close(): void {
    this.#reader.close();
  }

  async onRuns(runs: readonly RunSummary[], missingIds: readonly string[]): Promise<readonly string[]> {
    const { db, clock } = this.#http.engine;
    const updates: (readonly [FollowedRun, RunUpdate])[] = [];
    for (const { requestId } of runs) {
      const run = this.#followedRuns.get(requestId);
      if (run?.isActive) updates.push([run, await run.readUpdate(db, clock.now())]);
    }
    const entries = [
      ...runs.map((run) => [`run ${run.requestId}`, formatEvent('run', JSON.stringify(run))] as const),
      ...missingIds.filter((id) => this.#log.get(`run ${id}`) !== undefined).map(toDeletionEntry),
    ];
    this.#record(
      entries.filter(([key, text]) => removeDurations(text) !== removeDurations(this.#log.get(key) ?? '')),
      updates,
    );
    return updates.filter(([, { hasMore }]) => hasMore).map(([{ id }]) => id);
  }

  onBatches(batches: readonly BatchStatus[]): void {
    const entries = batches.map(
      (batch) => [`batch ${batch.batchId}`, formatEvent('batch', JSON.stringify(batch))] as const,
    );
    this.#record(entries.filter(([key, text]) => text !== this.#log.get(key)));
  }

  onStats(statsJson: string): void {
    const text = formatEvent('stats', statsJson);
    if (text === this.#statsEvent) return;
    this.#statsEvent = text;
    this.#record([['stats', text]]);
  }

  onWorkers(workers: readonly { readonly id: string; readonly json: string }[]): void {
    this.#record(workers.map(({ id, json }) => [`worker ${id}`, formatEvent('worker', json)] as const));
  }

  onMissedChanges(): void {
    this.#version += 1;
    this.#log.clear(this.#version);
    for (const run of this.#followedRuns.values()) run.clear(this.#version);
    this.#onNewVersion();
  }

  /** Returns a chunk with the newest `stats` event. If `withReset` is true, the chunk starts with a `reset` event. */
  getStatsChunk(withReset: boolean, run: FollowedRun | undefined): Uint8Array {
    return this.#toChunk([...(withReset ? [resetEvent] : []), this.#statsEvent], run);
  }

  /** Returns a chunk with the events after a version, or with a `reset` event if some of them were dropped. */
  getChunkAfter(version: number, run: FollowedRun | undefined): Uint8Array {
    const key = `${version} ${run?.id ?? ''}`;
    const existing = this.#chunks.get(key);
    if (existing) return existing;
    const [accountEntries, runEvents] = [this.#log.getEntriesAfter(version), run ? run.getEventsAfter(version) : []];
    const events =
      accountEntries && runEvents ? [...accountEntries.map(({ text }) => text), ...runEvents] : [resetEvent];
    const chunk = this.#toChunk(events, run);
    this.#chunks.set(key, chunk);
    return chunk;
  }

  /**
   * Serializes events. The id of the last event is the position from which a client can resume: `FEED.VERSION`, or `FEED.VERSION.RUN` if
   * the stream follows a run.
   */
  #toChunk(events: readonly string[], run: FollowedRun | undefined): Uint8Array {
    // only the last event has an id: a client that received only the first events must not resume after the last one
    const id = `id: ${this.id}.${this.#version}${run ? `.${run.id}` : ''}\n`;
    return new TextEncoder().encode(`${events.join('\n')}${id}\n`);
  }

  #record(
    entries: readonly (readonly [string, string])[],
    updates: readonly (readonly [FollowedRun, RunUpdate])[] = [],
  ): void {
    // no stream has opened yet, and clients read the current state after their stream opens
    if (!this.#isStarted) return;
    if (entries.length === 0 && updates.every(([, { tasks, lines }]) => tasks.length + lines.length === 0)) return;
    this.#version += 1;
    for (const [key, text] of entries) this.#log.set(key, this.#version, text);
    for (const [run, update] of updates) run.record(update, this.#version);
    this.#onNewVersion();
  }

  #onNewVersion(): void {
    this.#chunks.clear();
    for (const wake of [...this.#wakeCallbacks]) wake();
  }
}
