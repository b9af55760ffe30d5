import { randomUUID } from 'node:crypto';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { BatchRunEnd } from 'millrace/shared/wire/batches.js';
import type { BatchChange } from '../../engine/batches/batch-changes.js';
import type { RunChange } from '../../engine/notify-run.js';
import { runForCaller } from '../../store/db/caller.js';
import { createFullAccess } from '../../store/tables/access.js';
import { findEndedBatchRuns, type EndedBatchRun } from '../../store/tables/batches/ended-batch-runs.js';
import { findBatches } from '../../store/tables/batches/batches.js';
import { statementTimeoutMs } from '../authenticate.js';
import type { HttpContext } from '../http-context.js';
import { readInlineOutput } from '../inline-output.js';
import { CompactLog } from '../live/compact-log.js';
import { formatEvent } from '../live/event-stream.js';
import { resetEvent } from '../live/live-events.js';
import { Throttle } from '../live/throttle.js';

/** The maximum size of the changes that a feed retains for slow and reconnecting clients, in characters. */
const maxCharacters = 16 * 1024 ** 2;
/** The maximum number of ended runs to read per query. */
const maxEndedRuns = 200;
/** How long a feed without streams is retained for clients that reconnect, in milliseconds. */
const retentionMs = 60_000;

/**
 * Reads the ended runs and the status of a batch once for all streams with the same `outputBytes`. Each read that finds changes
 * increments the version. Each stream tracks only the version that it has reached.
 */
export class BatchFeed {
  readonly id = randomUUID().slice(0, 8);
  readonly #http: HttpContext;
  readonly #account: string;
  readonly #batchId: string;
  /** The maximum size of an output to include in the event of its run, in bytes. */
  readonly #outputBytes: number;
  readonly #log = new CompactLog(0, maxCharacters);
  readonly #endedRunIds = new Set<string>();
  readonly #deletedRunIds = new Set<string>();
  readonly #wakeCallbacks = new Set<() => void>();
  readonly #unwatchCallbacks: (() => void)[];
  readonly #throttle = new Throttle(1000, 20);
  #isBatchStale = true;
  #hasEnded = false;
  #version = 0;
  #isReading = false;
  #readTimer: NodeJS.Timeout | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(http: HttpContext, account: string, batchId: string, outputBytes: number, onClose: () => void) {
    this.#http = http;
    this.#account = account;
    this.#batchId = batchId;
    this.#outputBytes = outputBytes;
    this.#unwatchCallbacks = [
      http.runChanges.watchAll((change) => this.#onRun(change)),
      http.batchChanges.watch((change) => this.#onBatch(change)),
    ];
    this.#close = () => {
      for (const unwatch of this.#unwatchCallbacks) unwatch();
      clearTimeout(this.#readTimer);
      clearTimeout(this.#closeTimer);
      onClose();
    };
  }

  readonly #close: () => void;

  get version(): number {
    return this.#version;
  }

  /**
   * Adds a stream.
   *
   * @param wake Called when there is a new version.
   * @returns A function that removes the stream. Its argument must be the most recent version that the stream has sent.
   */
  join(wake: () => void): (version: number) => void {
    clearTimeout(this.#closeTimer);
    this.#wakeCallbacks.add(wake);
    this.#isBatchStale = true;
    this.#schedule();
    return (version) => {
      this.#wakeCallbacks.delete(wake);
      if (this.#wakeCallbacks.size > 0) return;
      // the batch has ended and the client has received every change
      if (this.#hasEnded && version === this.#version) this.#close();
      else this.#closeTimer = setTimeout(this.#close, retentionMs).unref();
    };
  }

  /** Returns the events after a version, or a `reset` event if some of them were dropped. */
  getChunkAfter(version: number): Uint8Array {
    const entries = this.#log.getEntriesAfter(version);
    if (!entries) return this.getResetChunk();
    const ends = entries.filter(({ key }) => key !== 'batch').map(({ text }) => text);
    const batch = entries.filter(({ key }) => key === 'batch').map(({ text }) => formatEvent('batch', text));
    return this.#toChunk([
      ...(ends.length > 0 ? [formatEvent('ends', `{"items":[${ends.join(',')}]}`)] : []),
      ...batch,
    ]);
  }

  /** Returns the first chunk of a stream that missed no events: an `open` event, and a `batch` event if the status is known. */
  getOpeningChunk(): Uint8Array {
    const batch = this.#log.get('batch');
    return this.#toChunk([formatEvent('open', '{}'), ...(batch === undefined ? [] : [formatEvent('batch', batch)])]);
  }

  /** Returns the event that tells a client to read the whole batch again. */
  getResetChunk(): Uint8Array {
    return this.#toChunk([resetEvent]);
  }

  #toChunk(events: readonly string[]): Uint8Array {
    // only the last event has an id: a client that received only the first events must not resume after the last one
    return new TextEncoder().encode(`${events.join('\n')}id: ${this.id}.${this.#version}\n\n`);
  }

  #onRun(change: RunChange | 'reconnected'): void {
    if (change === 'reconnected') {
      this.#invalidate();
      return;
    }
    if (change.state === 'gone') {
      if (change.deleted?.account !== this.#account) return;
      this.#deletedRunIds.add(change.runId);
    } else if (isFinalState(change.state)) this.#endedRunIds.add(change.runId);
    else return;
    this.#schedule();
  }

  #onBatch({ batchId }: BatchChange): void {
    if (batchId !== this.#batchId) return;
    this.#isBatchStale = true;
    this.#schedule();
  }

  /** Discards the retained changes and tells clients to read everything again, because changes may have been missed. */
  #invalidate(): void {
    this.#version += 1;
    this.#log.clear(this.#version);
    this.#endedRunIds.clear();
    this.#isBatchStale = true;
    this.#schedule();
    this.#wake();
  }

  /** Schedules a read if anything has changed and no read is in progress. Runs that end during a read are read together afterwards. */
  #schedule(): void {
    if (this.#isReading) return;
    const hasEndedRuns = this.#endedRunIds.size + this.#deletedRunIds.size > 0;
    if (!hasEndedRuns && (this.#readTimer || !this.#isBatchStale)) return;
    // ended runs are read immediately, even if the status is throttled
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(
      () => {
        this.#readTimer = undefined;
        void this.#read();
      },
      hasEndedRuns ? 0 : this.#throttle.waitMs,
    ).unref();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const caller = {
      account: this.#account,
      keyId: '',
      keyName: '',
      address: null,
      statementTimeoutMs,
      hasDisconnected: () => false,
    };
    try {
      await runForCaller(caller, async () => {
        await this.#readEndedRuns();
        if (this.#isBatchStale && this.#throttle.waitMs === 0) await this.#throttle.run(() => this.#readBatch());
      });
    } catch (error) {
      if (!this.#http.closing.aborted) {
        this.#http.logger.warn('failed to follow a batch', { batch: this.#batchId, error: String(error) });
        this.#invalidate();
      }
    }
    this.#isReading = false;
    if (!this.#http.closing.aborted) this.#schedule();
  }

  /** Reads up to {@link maxEndedRuns} ended runs. Reports the runs of this batch, and the deleted runs, as a new version. */
  async #readEndedRuns(): Promise<void> {
    const ids = [...this.#endedRunIds].slice(0, maxEndedRuns);
    const deletedIds = [...this.#deletedRunIds];
    this.#deletedRunIds.clear();
    for (const id of ids) this.#endedRunIds.delete(id);
    const ends = ids.length === 0 ? [] : await findEndedBatchRuns(this.#http.engine.db, this.#batchId, ids);
    const texts = await Promise.all(
      ends.map(async (end) => [end.requestId, JSON.stringify(await this.#toEvent(end))] as const),
    );
    if (texts.length + deletedIds.length === 0) return;
    this.#version += 1;
    for (const [id, text] of texts) this.#log.set(`run ${id}`, this.#version, text);
    // the batch of a deleted run is unknown, so include the deleted runs of all batches; clients ignore runs of other batches
    for (const id of deletedIds)
      this.#log.set(`run ${id}`, this.#version, JSON.stringify({ requestId: id, fileId: null, state: 'gone' }));
    if (ends.length > 0) this.#isBatchStale = true;
    this.#wake();
  }

  async #toEvent({ output, warnings, ...end }: EndedBatchRun): Promise<BatchRunEnd> {
    const inline = output && (await readInlineOutput(this.#http, output, this.#outputBytes));
    return {
      ...end,
      state: end.state as BatchRunEnd['state'],
      warnings,
      ...(output && {
        output: {
          extension: output.extension,
          bytes: output.bytes,
          sha256: Buffer.from(output.sha256, 'hex').toString('base64'),
          ...(inline && { content: inline.content }),
        },
      }),
    };
  }

  /** Reads the batch's status. Reports it as a new version if it has changed. */
  async #readBatch(): Promise<void> {
    this.#isBatchStale = false;
    const { db, clock } = this.#http.engine;
    const [batch] = await findBatches(db, createFullAccess(this.#account), [this.#batchId], clock.now());
    if (!batch) return;
    this.#hasEnded = batch.state !== 'running';
    const text = JSON.stringify(batch);
    if (text === this.#log.get('batch')) return;
    this.#version += 1;
    this.#log.set('batch', this.#version, text);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#wakeCallbacks]) wake();
  }
}
