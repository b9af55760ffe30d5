import type { Connection } from '../http/connection.js';
import { abortReason } from '../shared/runtime/abort-reason.js';
import type { BatchEnd } from '../shared/wire/batches.js';
import { followEvents, readEvent } from '../wait/follow-events.js';

/** How long to wait for the stream's first event, in milliseconds. A proxy may buffer events. */
const openMs = 5000;
/** Maximum number of ends to keep until a response names their runs. */
const maxEarly = 512;

/**
 * Receives the ends of a batch's runs from one event stream. A claim resolves to `undefined` if the run's end may have been missed; the
 * caller then reads that run separately.
 */
export class BatchEnds {
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  readonly #claims = new Map<string, (end: BatchEnd | undefined) => void>();
  /** Ends that arrived before the response that names their runs, by run id. */
  readonly #early = new Map<string, BatchEnd>();
  /** Increases whenever ends may have been missed. */
  #epoch = 0;
  #isOpen = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    const relay = (): void => this.#stop.abort(abortReason(signal));
    if (signal.aborted) relay();
    else signal.addEventListener('abort', relay, { once: true });
  }

  /** Opens the stream. If that fails, every claim resolves to `undefined`. Never rejects. */
  async open(batchId: string, outputBytes: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, openMs);
      const opened = (): void => {
        clearTimeout(timer);
        resolve();
      };
      void this.#listen(`/v1/batches/${batchId}/events?output=${outputBytes}`, opened).finally(opened);
    });
  }

  /** Read this before a request that starts runs, and pass it to {@link claim} afterwards. `undefined` if no stream is open. */
  get epoch(): number | undefined {
    return this.#isOpen ? this.#epoch : undefined;
  }

  /**
   * Resolves to the end of a run, or to `undefined` if the end may have been missed.
   *
   * @param epoch The {@link epoch} before the run was started.
   */
  claim(requestId: string, epoch: number | undefined): Promise<BatchEnd | undefined> {
    const early = this.#early.get(requestId);
    this.#early.delete(requestId);
    if (early) return Promise.resolve(early);
    if (epoch === undefined || epoch !== this.#epoch) return Promise.resolve(undefined);
    // the stream does not keep the process alive, because a caller may stop reading; a pending claim does
    this.#keepAlive ??= setInterval(() => undefined, 60_000);
    return new Promise((resolve) => this.#claims.set(requestId, resolve));
  }

  /** Cancels a claim, which then resolves to `undefined`. */
  forget(requestId: string): void {
    this.#claims.get(requestId)?.(undefined);
    this.#claims.delete(requestId);
    this.#rest();
  }

  close(): void {
    this.#stop.abort(new Error('The batch has ended'));
    this.#lose();
  }

  async #listen(path: string, onOpened: () => void): Promise<void> {
    const call = { what: 'follow the batch', method: 'GET', path, isBackground: true } as const;
    // reconnecting would keep the process alive, so it is limited to pending claims
    const options = { signal: this.#stop.signal, isWanted: () => this.#claims.size > 0 };
    try {
      for await (const { name, data } of followEvents(this.#connection, call, options)) {
        if (name === 'reset') this.#lose();
        if (name === 'ends') this.#settle(await readEvent(data, call.what, (v1) => v1.endsEvent));
        this.#isOpen = true;
        onOpened();
      }
    } catch {
      // the stream is lost, so the remaining runs are read separately
    } finally {
      this.#isOpen = false;
      this.#lose();
    }
  }

  #settle({ items }: { readonly items: readonly BatchEnd[] }): void {
    for (const end of items) {
      const claim = this.#claims.get(end.requestId);
      this.#claims.delete(end.requestId);
      if (claim) claim(end);
      else this.#early.set(end.requestId, end);
    }
    this.#rest();
    if (this.#early.size <= maxEarly) return;
    // another client started these runs, or there are so many that it is better to read them separately
    this.#early.clear();
    this.#epoch += 1;
  }

  #lose(): void {
    this.#epoch += 1;
    this.#early.clear();
    for (const claim of this.#claims.values()) claim(undefined);
    this.#claims.clear();
    this.#rest();
  }

  #rest(): void {
    if (this.#claims.size > 0) return;
    clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
  }
}
