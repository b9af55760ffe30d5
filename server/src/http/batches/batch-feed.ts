import { randomUUID } from 'node:crypto';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { BatchEnd } from 'millrace/shared/wire/batches.js';
import type { BatchChange } from '../../engine/batches/batch-changes.js';
import type { RunChange } from '../../engine/notify-run.js';
import { runForCaller } from '../../store/db/caller.js';
import { wholeAccount } from '../../store/tables/access.js';
import { findBatchEnds, type BatchRunEnd } from '../../store/tables/batches/batch-ends.js';
import { findBatches } from '../../store/tables/batches/batches.js';
import { statementMs } from '../authenticate.js';
import type { HttpContext } from '../http-context.js';
import { readInlineOutput } from '../inline-output.js';
import { CompactLog } from '../live/compact-log.js';
import { Pace } from '../live/pace.js';

/** The maximum size of the changes that a feed keeps for slow and reconnecting clients, in characters. */
const maxCharacters = 16 * 1024 ** 2;
/** The maximum number of ended runs to read at a time. */
const maxEnds = 200;
/** How long an unused feed is kept for clients that reconnect, in milliseconds. */
const keptMs = 60_000;

/**
 * The ends of a batch's runs and the batch's counts, for all streams with the same `outputBytes`. Each read that finds changes creates a
 * version. A stream is a position among the versions.
 */
export class BatchFeed {
  readonly id = randomUUID().slice(0, 8);
  readonly #http: HttpContext;
  readonly #account: string;
  readonly #batchId: string;
  /** The maximum size of an output to include with the end of its run, in bytes. */
  readonly #outputBytes: number;
  readonly #log = new CompactLog(0, maxCharacters);
  readonly #ended = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #streams = new Set<() => void>();
  readonly #unwatch: (() => void)[];
  readonly #pace = new Pace(1000, 20);
  #isBatchDue = true;
  #hasEnded = false;
  #version = 0;
  #isReading = false;
  #timer: NodeJS.Timeout | undefined;
  #abandoned: NodeJS.Timeout | undefined;

  constructor(http: HttpContext, account: string, batchId: string, outputBytes: number, onAbandoned: () => void) {
    this.#http = http;
    this.#account = account;
    this.#batchId = batchId;
    this.#outputBytes = outputBytes;
    this.#unwatch = [
      http.changes.watchAll((change) => this.#onRun(change)),
      http.batches.watch((change) => this.#onBatch(change)),
    ];
    this.#close = () => {
      for (const unwatch of this.#unwatch) unwatch();
      clearTimeout(this.#timer);
      clearTimeout(this.#abandoned);
      onAbandoned();
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
   * @returns A function that removes the stream. Its parameter is the version that the stream has reached.
   */
  join(wake: () => void): (version: number) => void {
    clearTimeout(this.#abandoned);
    this.#streams.add(wake);
    this.#isBatchDue = true;
    this.#schedule();
    return (version) => {
      this.#streams.delete(wake);
      if (this.#streams.size > 0) return;
      // the batch has ended and the client has every change
      if (this.#hasEnded && version === this.#version) this.#close();
      else this.#abandoned = setTimeout(this.#close, keptMs).unref();
    };
  }

  /** Returns the changes after a version, or a `reset` event if some of them were dropped. */
  pieceAfter(version: number): Uint8Array {
    const entries = this.#log.since(version);
    if (!entries) return this.reset();
    const ends = entries.filter(({ key }) => key !== 'batch').map(({ text }) => text);
    const batch = entries.filter(({ key }) => key === 'batch').map(({ text }) => `event: batch\ndata: ${text}\n`);
    return this.#piece([...(ends.length > 0 ? [`event: ends\ndata: {"items":[${ends.join(',')}]}\n`] : []), ...batch]);
  }

  /** Returns the first piece of a stream: `open`, and the batch if it has already been read. */
  open(): Uint8Array {
    const batch = this.#log.get('batch');
    return this.#piece(['event: open\ndata: {}\n', ...(batch === undefined ? [] : [`event: batch\ndata: ${batch}\n`])]);
  }

  /** Returns the event that tells a client to read everything itself. */
  reset(): Uint8Array {
    return this.#piece(['event: reset\ndata: {}\n']);
  }

  #piece(events: readonly string[]): Uint8Array {
    // only the last event has the id, because a client that received only the first events must not resume after the last one
    return new TextEncoder().encode(`${events.join('\n')}id: ${this.id}.${this.#version}\n\n`);
  }

  #onRun(change: RunChange | 'reconnected'): void {
    if (change === 'reconnected') {
      this.#lose();
      return;
    }
    if (change.state === 'gone') {
      if (change.deleted?.account !== this.#account) return;
      this.#gone.add(change.runId);
    } else if (isFinalState(change.state)) this.#ended.add(change.runId);
    else return;
    this.#schedule();
  }

  #onBatch({ batchId }: BatchChange): void {
    if (batchId !== this.#batchId) return;
    this.#isBatchDue = true;
    this.#schedule();
  }

  #lose(): void {
    this.#version += 1;
    this.#log.clear(this.#version);
    this.#ended.clear();
    this.#isBatchDue = true;
    this.#schedule();
    this.#wake();
  }

  /** Schedules a read. Runs that end during a read are read together afterwards. */
  #schedule(): void {
    if (this.#isReading) return;
    const isDue = this.#ended.size + this.#gone.size > 0;
    if (!isDue && (this.#timer || !this.#isBatchDue)) return;
    // the ends of runs are read immediately, even if the counts must wait
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        void this.#read();
      },
      isDue ? 0 : this.#pace.wait,
    ).unref();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const caller = { account: this.#account, key: '', keyName: '', address: null, statementMs, isGone: () => false };
    try {
      await runForCaller(caller, async () => {
        await this.#readEnds();
        if (this.#isBatchDue && this.#pace.wait === 0) await this.#pace.run(() => this.#readBatch());
      });
    } catch (error) {
      if (!this.#http.closing.aborted) {
        this.#http.logger.warn('failed to follow a batch', { batch: this.#batchId, error: String(error) });
        this.#lose();
      }
    }
    this.#isReading = false;
    if (!this.#http.closing.aborted) this.#schedule();
  }

  async #readEnds(): Promise<void> {
    const ids = [...this.#ended].slice(0, maxEnds);
    const gone = [...this.#gone];
    this.#gone.clear();
    for (const id of ids) this.#ended.delete(id);
    const ends = ids.length === 0 ? [] : await findBatchEnds(this.#http.engine.db, this.#batchId, ids);
    const texts = await Promise.all(
      ends.map(async (end) => [end.requestId, JSON.stringify(await this.#toEvent(end))] as const),
    );
    if (texts.length + gone.length === 0) return;
    this.#version += 1;
    for (const [id, text] of texts) this.#log.set(`run ${id}`, this.#version, text);
    // a deleted run's batch is no longer known; clients ignore runs that they are not waiting for
    for (const id of gone)
      this.#log.set(`run ${id}`, this.#version, JSON.stringify({ requestId: id, fileId: null, state: 'gone' }));
    if (ends.length > 0) this.#isBatchDue = true;
    this.#wake();
  }

  async #toEvent({ output, warnings, ...end }: BatchRunEnd): Promise<BatchEnd> {
    const inline = output && (await readInlineOutput(this.#http, output, this.#outputBytes));
    return {
      ...end,
      state: end.state as BatchEnd['state'],
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

  async #readBatch(): Promise<void> {
    this.#isBatchDue = false;
    const { db, clock } = this.#http.engine;
    const [batch] = await findBatches(db, wholeAccount(this.#account), [this.#batchId], clock.now());
    if (!batch) return;
    this.#hasEnded = batch.state !== 'running';
    const text = JSON.stringify(batch);
    if (text === this.#log.get('batch')) return;
    this.#version += 1;
    this.#log.set('batch', this.#version, text);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#streams]) wake();
  }
}
