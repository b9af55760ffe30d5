import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { isFinalState, runStates } from 'millrace/shared/runs/run-state.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { runForCaller } from '../../store/db/caller.js';
import type { Access } from '../../store/tables/access.js';
import { findBatches } from '../../store/tables/batches/batches.js';
import { countUnfinishedRuns } from '../../store/tables/open-runs.js';
import { lateMs } from '../../store/tables/run-rows.js';
import { findRunSummaries } from '../../store/tables/runs.js';
import { listWorkers } from '../../store/tables/workers.js';
import { statementMs } from '../authenticate.js';
import type { HttpContext } from '../http-context.js';
import { hiddenAfterMs } from '../v1/workers.js';
import { Alarm } from './alarm.js';
import { Pace } from './pace.js';

/** The maximum number of changed runs to read. If there are more, clients read their pages again instead. */
const maxChangedRuns = 2000;
/** The maximum number of runs to read at a time. */
const batchSize = 500;
/** The maximum number of batches to read at a time. */
const maxBatches = 100;
/** The maximum number of waiting runs to read again once they are late. */
const maxWaitingRuns = 10_000;

/** How old the counts and workers may become before they are read again, in milliseconds. Some of their changes are not announced. */
const maxAge = { stats: 5000, workers: 10_000 };

/** Receives the changes that a reader finds. */
export interface LiveSink {
  /** Whether there are streams to read for. */
  readonly isRead: boolean;
  /** @param gone The ids of runs that no longer exist, or are not visible. @returns The ids of runs to read again. */
  onRuns(runs: readonly RunSummary[], gone: readonly string[]): Promise<readonly string[]>;
  onBatches(batches: readonly BatchStatus[]): void;
  onStats(stats: string): void;
  onWorkers(workers: readonly { readonly id: string; readonly text: string }[]): void;
  /** Called when changes were missed. */
  onLoss(): void;
}

/** Reads the changes in an account, once for all streams with the same access, at a limited rate. */
export class LiveReader {
  readonly #http: HttpContext;
  readonly #access: Access;
  readonly #sink: LiveSink;
  readonly #changed = new Set<string>();
  readonly #changedBatches = new Set<string>();
  /** When waiting runs become late, in Unix milliseconds, by run id. */
  readonly #lateAt = new Map<string, number>();
  readonly #paces = {
    runs: new Pace(333, 4),
    batches: new Pace(1000, 20),
    stats: new Pace(1000, 20),
    workers: new Pace(2000, 20),
  };
  readonly #isDue = { stats: false, workers: false };
  readonly #workers = new Map<string, string>();
  readonly #alarm = new Alarm(() => void this.#read());
  #isReading = false;
  #hasFailed = false;

  constructor(http: HttpContext, access: Access, sink: LiveSink) {
    this.#http = http;
    this.#access = access;
    this.#sink = sink;
  }

  /** Reads the current counts and workers. */
  async start(): Promise<void> {
    await this.forAccount(async () => {
      await this.#paces.stats.run(() => this.#readStats());
      await this.#paces.workers.run(() => this.#readWorkers());
    });
  }

  /** Notes that a run of the account has changed. */
  change(runId: string): void {
    this.#changed.add(runId);
    if (this.#changed.size > maxChangedRuns) this.lose();
    this.wake();
  }

  /** Notes that a batch of the account has changed, other than through its runs. */
  changeBatch(batchId: string): void {
    this.#changedBatches.add(batchId);
    this.wake();
  }

  /** Forgets the changes, so that clients read their pages again. */
  lose(): void {
    this.#changed.clear();
    this.#changedBatches.clear();
    this.#sink.onLoss();
  }

  /** Looks for changes that are not announced. Called every second. */
  check(): void {
    const now = this.#http.engine.clock.now().getTime();
    for (const [runId, at] of this.#lateAt) {
      if (at > now) continue;
      this.#lateAt.delete(runId);
      this.#changed.add(runId);
    }
    this.#isDue.stats ||= this.#paces.stats.age > maxAge.stats;
    this.#isDue.workers ||= this.#paces.workers.age > maxAge.workers;
    this.wake();
  }

  /** Schedules the next read, unless nothing is due, a read is in progress or there are no streams. */
  wake(): void {
    if (this.#isReading || !this.#sink.isRead) return;
    const waits = [
      this.#changed.size > 0 ? this.#paces.runs.wait : Infinity,
      this.#changedBatches.size > 0 ? this.#paces.batches.wait : Infinity,
      this.#isDue.stats ? this.#paces.stats.wait : Infinity,
      this.#isDue.workers ? this.#paces.workers.wait : Infinity,
    ];
    this.#alarm.set(Math.min(...waits));
  }

  close(): void {
    this.#alarm.clear();
    this.#isReading = true;
  }

  /** Runs a read outside of any request, within the account's share of the database. */
  forAccount<T>(read: () => Promise<T>): Promise<T> {
    const { account } = this.#access;
    return runForCaller({ account, key: '', keyName: '', address: null, statementMs, isGone: () => false }, read);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const { runs, batches, stats, workers } = this.#paces;
    try {
      await this.forAccount(async () => {
        if (this.#changed.size > 0 && runs.wait === 0) await runs.run(() => this.#readRuns());
        if (this.#changedBatches.size > 0 && batches.wait === 0) await batches.run(() => this.#readBatches());
        if (this.#isDue.stats && stats.wait === 0) await stats.run(() => this.#readStats());
        if (this.#isDue.workers && workers.wait === 0) await workers.run(() => this.#readWorkers());
      });
      // changes during the failure were not read
      if (this.#hasFailed) this.lose();
      this.#hasFailed = false;
    } catch (error) {
      const { closing, logger } = this.#http;
      if (!this.#hasFailed && !closing.aborted) logger.warn('failed to read changes', { error: String(error) });
      this.#hasFailed = true;
      this.#isDue.stats = true;
    }
    this.#isReading = false;
    this.wake();
  }

  async #readRuns(): Promise<void> {
    const ids = [...this.#changed].slice(0, batchSize);
    for (const id of ids) this.#changed.delete(id);
    const { db, clock } = this.#http.engine;
    const runs = await findRunSummaries(db, this.#access, ids, clock.now());
    const found = new Set(runs.map(({ requestId }) => requestId));
    const gone = ids.filter((id) => !found.has(id));
    for (const run of runs) {
      this.#watchForLateness(run);
      if (run.batch !== null) this.#changedBatches.add(run.batch);
    }
    for (const id of await this.#sink.onRuns(runs, gone)) this.#changed.add(id);
    this.#isDue.stats = true;
    this.#isDue.workers ||= runs.some(({ worker }) => worker !== null);
  }

  async #readBatches(): Promise<void> {
    const ids = [...this.#changedBatches].slice(0, maxBatches);
    for (const id of ids) this.#changedBatches.delete(id);
    const { db, clock } = this.#http.engine;
    this.#sink.onBatches(await findBatches(db, this.#access, ids, clock.now()));
  }

  async #readStats(): Promise<void> {
    this.#isDue.stats = false;
    const { db, clock } = this.#http.engine;
    const { runs, late } = await countUnfinishedRuns(db, this.#access, clock.now());
    const counts = Object.fromEntries(runStates.map((state) => [state, runs[state] ?? 0]));
    this.#sink.onStats(JSON.stringify({ runs: counts, late }));
  }

  async #readWorkers(): Promise<void> {
    this.#isDue.workers = false;
    const { db, clock, reporting } = this.#http.engine;
    const before = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds);
    const filter = { onlineSince: before(reporting.offlineMs), seenSince: before(hiddenAfterMs) };
    const workers = (await listWorkers(db, this.#access, filter)).map((worker) => ({
      id: worker.id,
      text: JSON.stringify(worker),
    }));
    const changed = workers.filter(({ id, text }) => this.#workers.get(id) !== text);
    this.#workers.clear();
    for (const { id, text } of workers) this.#workers.set(id, text);
    this.#sink.onWorkers(changed);
  }

  /** Notes when a waiting run becomes late, because lateness is not announced. */
  #watchForLateness({ requestId, kind, state, late, taskCounts, scheduledFor }: RunSummary): void {
    this.#lateAt.delete(requestId);
    const isBetweenTasks = kind === 'hosted' && state === 'running' && taskCounts.running === 0;
    if (late || isFinalState(state) || (state !== 'pending' && !isBetweenTasks)) return;
    if (this.#lateAt.size >= maxWaitingRuns) return;
    const from = Math.max(this.#http.engine.clock.now().getTime(), Date.parse(scheduledFor ?? '') || 0);
    this.#lateAt.set(requestId, from + lateMs + 1);
  }
}
