import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { isFinalState, runStates } from 'millrace/shared/runs/run-state.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { runForCaller } from '../../store/db/caller.js';
import type { Access } from '../../store/tables/access.js';
import { findBatches } from '../../store/tables/batches/batches.js';
import { countUnfinishedRuns } from '../../store/tables/open-runs.js';
import { lateAfterMs } from '../../store/tables/late-sql.js';
import { findRunSummaries } from '../../store/tables/runs.js';
import { listWorkers } from '../../store/tables/workers.js';
import { statementTimeoutMs } from '../authenticate.js';
import type { HttpContext } from '../http-context.js';
import { hiddenAfterMs } from '../v1/workers.js';
import { Alarm } from './alarm.js';
import { Throttle } from './throttle.js';

/** The maximum number of unread changed runs. If there are more, clients must read everything again. */
const maxChangedRuns = 2000;
/** The maximum number of runs to read per query. */
const maxRunsPerRead = 500;
/** The maximum number of batches to read per query. */
const maxBatchesPerRead = 100;
/** The maximum number of waiting runs to check for lateness. */
const maxWaitingRuns = 10_000;

/** The maximum age of run counts and workers before they are read again, in milliseconds. Some changes to them cause no notification. */
const maxAgeMs = { stats: 5000, workers: 10_000 };

/** Receives the changes that a reader finds. */
export interface LiveSink {
  /** Whether any client has an open stream. If not, changes are not read. */
  readonly hasStreams: boolean;
  /** @param missingIds The ids of runs that no longer exist or are not visible. @returns The ids of runs that must be read again. */
  onRuns(runs: readonly RunSummary[], missingIds: readonly string[]): Promise<readonly string[]>;
  onBatches(batches: readonly BatchStatus[]): void;
  onStats(statsJson: string): void;
  onWorkers(workers: readonly { readonly id: string; readonly json: string }[]): void;
  /** Called when changes were missed, so clients must read everything again. */
  onMissedChanges(): void;
}

/** Reads an account's changes at a limited rate, once for all streams with the same access. */
export class LiveReader {
  readonly #http: HttpContext;
  readonly #access: Access;
  readonly #sink: LiveSink;
  readonly #changedRunIds = new Set<string>();
  readonly #changedBatchIds = new Set<string>();
  /** When each waiting run will become late, as a Unix time in milliseconds, by run id. */
  readonly #lateAtByRunId = new Map<string, number>();
  readonly #throttles = {
    runs: new Throttle(333, 4),
    batches: new Throttle(1000, 20),
    stats: new Throttle(1000, 20),
    workers: new Throttle(2000, 20),
  };
  readonly #isDue = { stats: false, workers: false };
  readonly #workerJsonById = new Map<string, string>();
  readonly #alarm = new Alarm(() => void this.#read());
  #isReading = false;
  #isClosed = false;
  #hasFailed = false;

  constructor(http: HttpContext, access: Access, sink: LiveSink) {
    this.#http = http;
    this.#access = access;
    this.#sink = sink;
  }

  /** Reads the current run counts and workers. */
  async readStatsAndWorkers(): Promise<void> {
    await this.runForAccount(async () => {
      await this.#throttles.stats.run(() => this.#readStats());
      await this.#throttles.workers.run(() => this.#readWorkers());
    });
  }

  /** Records that a run of the account has changed, and schedules a read. */
  markRunChanged(runId: string): void {
    this.#changedRunIds.add(runId);
    if (this.#changedRunIds.size > maxChangedRuns) this.invalidate();
    this.scheduleRead();
  }

  /** Records that a batch of the account has changed, and schedules a read. */
  markBatchChanged(batchId: string): void {
    this.#changedBatchIds.add(batchId);
    this.scheduleRead();
  }

  /** Discards the unread changes and tells clients to read everything again. */
  invalidate(): void {
    this.#changedRunIds.clear();
    this.#changedBatchIds.clear();
    this.#sink.onMissedChanges();
  }

  /** Marks runs that have become late, and outdated run counts and workers, for the next read. Called every second. */
  check(): void {
    const now = this.#http.engine.clock.now().getTime();
    for (const [runId, at] of this.#lateAtByRunId) {
      if (at > now) continue;
      this.#lateAtByRunId.delete(runId);
      this.#changedRunIds.add(runId);
    }
    this.#isDue.stats ||= this.#throttles.stats.ageMs > maxAgeMs.stats;
    this.#isDue.workers ||= this.#throttles.workers.ageMs > maxAgeMs.workers;
    this.scheduleRead();
  }

  /** Schedules the next read, unless nothing is due, a read is in progress, the reader is closed or there are no streams. */
  scheduleRead(): void {
    if (this.#isReading || this.#isClosed || !this.#sink.hasStreams) return;
    const waits = [
      this.#changedRunIds.size > 0 ? this.#throttles.runs.waitMs : Infinity,
      this.#changedBatchIds.size > 0 ? this.#throttles.batches.waitMs : Infinity,
      this.#isDue.stats ? this.#throttles.stats.waitMs : Infinity,
      this.#isDue.workers ? this.#throttles.workers.waitMs : Infinity,
    ];
    this.#alarm.set(Math.min(...waits));
  }

  close(): void {
    this.#alarm.clear();
    this.#isClosed = true;
  }

  /** Runs a read outside any request, limited to the account's share of the database connections. */
  runForAccount<T>(read: () => Promise<T>): Promise<T> {
    const { account } = this.#access;
    return runForCaller(
      { account, keyId: '', keyName: '', address: null, statementTimeoutMs, hasDisconnected: () => false },
      read,
    );
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const { runs, batches, stats, workers } = this.#throttles;
    try {
      await this.runForAccount(async () => {
        if (this.#changedRunIds.size > 0 && runs.waitMs === 0) await runs.run(() => this.#readRuns());
        if (this.#changedBatchIds.size > 0 && batches.waitMs === 0) await batches.run(() => this.#readBatches());
        if (this.#isDue.stats && stats.waitMs === 0) await stats.run(() => this.#readStats());
        if (this.#isDue.workers && workers.waitMs === 0) await workers.run(() => this.#readWorkers());
      });
      // the previous read failed and may have lost changes, so clients must read everything again
      if (this.#hasFailed) this.invalidate();
      this.#hasFailed = false;
    } catch (error) {
      const { closing, logger } = this.#http;
      if (!this.#hasFailed && !closing.aborted) logger.warn('failed to read changes', { error: String(error) });
      this.#hasFailed = true;
      this.#isDue.stats = true;
    }
    this.#isReading = false;
    this.scheduleRead();
  }

  async #readRuns(): Promise<void> {
    const ids = [...this.#changedRunIds].slice(0, maxRunsPerRead);
    for (const id of ids) this.#changedRunIds.delete(id);
    const { db, clock } = this.#http.engine;
    const runs = await findRunSummaries(db, this.#access, ids, clock.now());
    const foundIds = new Set(runs.map(({ requestId }) => requestId));
    const missingIds = ids.filter((id) => !foundIds.has(id));
    for (const run of runs) {
      this.#recordLateTime(run);
      if (run.batch !== null) this.#changedBatchIds.add(run.batch);
    }
    for (const id of await this.#sink.onRuns(runs, missingIds)) this.#changedRunIds.add(id);
    this.#isDue.stats = true;
    this.#isDue.workers ||= runs.some(({ worker }) => worker !== null);
  }

  async #readBatches(): Promise<void> {
    const ids = [...this.#changedBatchIds].slice(0, maxBatchesPerRead);
    for (const id of ids) this.#changedBatchIds.delete(id);
    const { db, clock } = this.#http.engine;
    this.#sink.onBatches(await findBatches(db, this.#access, ids, clock.now()));
  }

  async #readStats(): Promise<void> {
    this.#isDue.stats = false;
    const { db, clock } = this.#http.engine;
    const { countsByState, lateCount } = await countUnfinishedRuns(db, this.#access, clock.now());
    const counts = Object.fromEntries(runStates.map((state) => [state, countsByState[state] ?? 0]));
    this.#sink.onStats(JSON.stringify({ runs: counts, late: lateCount }));
  }

  async #readWorkers(): Promise<void> {
    this.#isDue.workers = false;
    const { db, clock, reporting } = this.#http.engine;
    const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds);
    const filter = { onlineSince: ago(reporting.offlineAfterMs), seenSince: ago(hiddenAfterMs) };
    const workers = (await listWorkers(db, this.#access, filter)).map((worker) => ({
      id: worker.id,
      json: JSON.stringify(worker),
    }));
    const changed = workers.filter(({ id, json }) => this.#workerJsonById.get(id) !== json);
    this.#workerJsonById.clear();
    for (const { id, json } of workers) this.#workerJsonById.set(id, json);
    this.#sink.onWorkers(changed);
  }

  /** Estimates and records when a waiting run will become late, because no notification is sent at that time. */
  #recordLateTime({ requestId, kind, state, late, taskCounts, scheduledFor }: RunSummary): void {
    this.#lateAtByRunId.delete(requestId);
    const isBetweenTasks = kind === 'hosted' && state === 'running' && taskCounts.running === 0;
    if (late || isFinalState(state) || (state !== 'pending' && !isBetweenTasks)) return;
    if (this.#lateAtByRunId.size >= maxWaitingRuns) return;
    const waitStart = Math.max(this.#http.engine.clock.now().getTime(), Date.parse(scheduledFor ?? '') || 0);
    this.#lateAtByRunId.set(requestId, waitStart + lateAfterMs + 1);
  }
}
