import { randomUUID } from 'node:crypto';
import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { includesName, type Access } from '../../store/tables/access.js';
import { findRunState } from '../../store/tables/runs.js';
import type { HttpContext } from '../http-context.js';
import { CompactLog } from './compact-log.js';
import { FollowedRun, type RunNews } from './followed-run.js';
import { LiveReader, type LiveSink } from './live-reader.js';

/** The maximum size of the changes that are kept, in characters. */
const maxCharacters = 8 * 1024 ** 2;

/** How long an unused feed or followed run is kept for clients that reconnect, in milliseconds. */
const keptMs = 300_000;

/**
 * The changes in an account, for all streams with the same access. Each read that finds changes creates a version. A stream is a
 * position among the versions.
 */
export class LiveFeed implements LiveSink {
  readonly id = randomUUID().slice(0, 8);
  readonly #http: HttpContext;
  readonly #access: Access;
  readonly #reader: LiveReader;
  readonly #log = new CompactLog(0, maxCharacters);
  readonly #followed = new Map<string, FollowedRun>();
  readonly #streams = new Set<() => void>();
  /** The pieces for the current version, which streams at the same position share. */
  readonly #pieces = new Map<string, Uint8Array>();
  #started: Promise<void> | undefined;
  #isStarted = false;
  #stats = '';
  #version = 0;
  #leftAt = performance.now();

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

  get isRead(): boolean {
    return this.#streams.size > 0;
  }

  /** Whether the feed has been without streams for so long that it can be dropped. */
  get isAbandoned(): boolean {
    return !this.isRead && performance.now() - this.#leftAt > keptMs;
  }

  /** Adds a stream. @param wake Called when there is a new version. @returns A function that removes the stream. */
  async join(wake: () => void): Promise<() => void> {
    // without streams, nothing was kept up to date
    if (!this.isRead) this.#started = undefined;
    this.#streams.add(wake);
    const leave = () => {
      this.#streams.delete(wake);
      this.#leftAt = performance.now();
    };
    this.#started ??= this.#reader.start();
    try {
      await this.#started;
      this.#isStarted = true;
    } catch (error) {
      this.#started = undefined;
      leave();
      throw error;
    }
    this.#reader.wake();
    return leave;
  }

  /**
   * Follows the tasks and the log of a run.
   *
   * @returns The run and a function that stops following it, or `undefined` if the run is not visible.
   */
  async follow(runId: string): Promise<{ run: FollowedRun; leave: () => void } | undefined> {
    const known = this.#followed.get(runId);
    const run = known ?? new FollowedRun(runId, this.#version);
    this.#followed.set(runId, run);
    // changes were not read while nobody followed the run
    if (known) this.#reader.change(runId);
    run.followers += 1;
    const leave = () => {
      run.followers -= 1;
      run.leftAt = performance.now();
    };
    run.started ??= this.#reader.forAccount(() => this.#startFollowing(run));
    const isVisible = await run.started.catch((error: unknown) => {
      leave();
      this.#followed.delete(runId);
      throw error;
    });
    if (isVisible) return { run, leave };
    leave();
    this.#followed.delete(runId);
    return undefined;
  }

  async #startFollowing(run: FollowedRun): Promise<boolean> {
    const { db, clock } = this.#http.engine;
    const now = clock.now();
    const state = await findRunState(db, this.#access, run.id, now);
    if (state) await run.start(db, now);
    return state !== undefined;
  }

  change(runId: string): void {
    this.#reader.change(runId);
  }

  changeBatch(batchId: string): void {
    this.#reader.changeBatch(batchId);
  }

  /** Records that a run of the account was deleted. @param of The definition's name of the run, or of a run that it was part of. */
  delete(runId: string, of: string): void {
    if (includesName(this.#access, of)) this.#record([deletion(runId)]);
    // the reader finds out whether the run was visible
    this.#reader.change(runId);
  }

  lose(): void {
    this.#reader.lose();
  }

  check(): void {
    for (const [runId, run] of this.#followed) {
      if (run.followers === 0 && performance.now() - run.leftAt > keptMs) this.#followed.delete(runId);
    }
    this.#reader.check();
  }

  close(): void {
    this.#reader.close();
  }

  async onRuns(runs: readonly RunSummary[], gone: readonly string[]): Promise<readonly string[]> {
    const { db, clock } = this.#http.engine;
    const news: (readonly [FollowedRun, RunNews])[] = [];
    for (const { requestId } of runs) {
      const run = this.#followed.get(requestId);
      if (run?.isRead) news.push([run, await run.readNews(db, clock.now())]);
    }
    const entries = [
      ...runs.map((run) => [`run ${run.requestId}`, runEvent(run)] as const),
      ...gone.filter((id) => this.#log.get(`run ${id}`) !== undefined).map(deletion),
    ];
    this.#record(
      entries.filter(([key, text]) => withoutDurations(text) !== withoutDurations(this.#log.get(key) ?? '')),
      news,
    );
    return news.filter(([, { hasMore }]) => hasMore).map(([{ id }]) => id);
  }

  onBatches(batches: readonly BatchStatus[]): void {
    const entries = batches.map((batch) => [`batch ${batch.batchId}`, batchEvent(batch)] as const);
    this.#record(entries.filter(([key, text]) => text !== this.#log.get(key)));
  }

  onStats(stats: string): void {
    const text = `event: stats\ndata: ${stats}\n`;
    if (text === this.#stats) return;
    this.#stats = text;
    this.#record([['stats', text]]);
  }

  onWorkers(workers: readonly { readonly id: string; readonly text: string }[]): void {
    this.#record(workers.map(({ id, text }) => [`worker ${id}`, `event: worker\ndata: ${text}\n`] as const));
  }

  onLoss(): void {
    this.#version += 1;
    this.#log.clear(this.#version);
    for (const run of this.#followed.values()) run.clear(this.#version);
    this.#wake();
  }

  /** Returns the first piece of a stream: the newest `stats`, after a `reset` event if the client must read everything again. */
  firstPiece(isReset: boolean, run: FollowedRun | undefined): Uint8Array {
    return this.#piece([...(isReset ? [reset] : []), this.#stats], run);
  }

  /** Returns the changes after a version, serialized once for all streams at the same position. */
  pieceAfter(version: number, run: FollowedRun | undefined): Uint8Array {
    const key = `${version} ${run?.id ?? ''}`;
    const known = this.#pieces.get(key);
    if (known) return known;
    const [own, ofRun] = [this.#log.since(version), run ? run.since(version) : []];
    const events = own && ofRun ? [...own.map(({ text }) => text), ...ofRun] : [reset];
    const piece = this.#piece(events, run);
    this.#pieces.set(key, piece);
    return piece;
  }

  /** Serializes events, with the id after which a stream can resume: `FEED.VERSION`, or `FEED.VERSION.RUN` if it follows a run. */
  #piece(events: readonly string[], run: FollowedRun | undefined): Uint8Array {
    // only the last event has the id, because a client that received only the first events must not resume after the last one
    const id = `id: ${this.id}.${this.#version}${run ? `.${run.id}` : ''}\n`;
    return new TextEncoder().encode(`${events.join('\n')}${id}\n`);
  }

  #record(
    entries: readonly (readonly [string, string])[],
    news: readonly (readonly [FollowedRun, RunNews])[] = [],
  ): void {
    // clients read the state before the start themselves
    if (!this.#isStarted) return;
    if (entries.length === 0 && news.every(([, { tasks, lines }]) => tasks.length + lines.length === 0)) return;
    this.#version += 1;
    for (const [key, text] of entries) this.#log.set(key, this.#version, text);
    for (const [run, each] of news) run.record(each, this.#version);
    this.#wake();
  }

  #wake(): void {
    this.#pieces.clear();
    for (const wake of [...this.#streams]) wake();
  }
}

const reset = 'event: reset\ndata: {}\n';

function runEvent(run: RunSummary): string {
  return `event: run\ndata: ${JSON.stringify(run)}\n`;
}

function batchEvent(batch: BatchStatus): string {
  return `event: batch\ndata: ${JSON.stringify(batch)}\n`;
}

function deletion(runId: string): readonly [key: string, text: string] {
  return [`run ${runId}`, `event: run-deleted\ndata: {"requestId":"${runId}"}\n`];
}

/** Removes the durations, which change all the time while a run is in progress. */
function withoutDurations(text: string): string {
  return text.replaceAll(/"durationMs":\d+/g, '');
}
