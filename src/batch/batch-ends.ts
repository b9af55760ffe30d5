import type { Connection } from '../http/connection.js';
import { abortReason } from '../shared/runtime/abort-reason.js';
import type { BatchEnd } from '../shared/wire/batches.js';
import { followEvents, readEvent } from '../wait/follow-events.js';

/** Maximum time to wait for the stream's first event, in milliseconds. A proxy may buffer events. */
const firstEventTimeoutMs = 5000;
/** Maximum number of ended runs to buffer until they are claimed. */
const maxUnclaimed = 512;

/**
 * Receives the ends of a batch's runs from one event stream. A claim resolves to `undefined` if the stream may have missed the run's end.
 * The caller must then follow that run separately.
 */
export class BatchEnds {
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  readonly #claims = new Map<string, (end: BatchEnd | undefined) => void>();
  /** Ends of runs that are not claimed yet, by run id. */
  readonly #unclaimed = new Map<string, BatchEnd>();
  /** Incremented whenever the stream may have missed the end of a run. */
  #epoch = 0;
  #isOpen = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    const abort = (): void => this.#stop.abort(abortReason(signal));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }

  /** Opens the stream and waits for its first event or the timeout. Never rejects. If the stream fails, claims resolve to `undefined`. */
  async open(batchId: string, outputBytes: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, firstEventTimeoutMs);
      const stopWaiting = (): void => {
        clearTimeout(timer);
        resolve();
      };
      void this.#listen(`/v1/batches/${batchId}/events?output=${outputBytes}`, stopWaiting).finally(stopWaiting);
    });
  }

  /** The current epoch, or `undefined` if no stream is open. Read it before a request that starts runs, and pass it to {@link claim}. */
  get epoch(): number | undefined {
    return this.#isOpen ? this.#epoch : undefined;
  }

  /**
   * Waits for a run's end. Resolves to `undefined` if the stream may have missed it.
   *
   * @param epoch The value of {@link epoch} before the run was started.
   */
  claim(requestId: string, epoch: number | undefined): Promise<BatchEnd | undefined> {
    const unclaimed = this.#unclaimed.get(requestId);
    this.#unclaimed.delete(requestId);
    if (unclaimed) return Promise.resolve(unclaimed);
    if (epoch === undefined || epoch !== this.#epoch) return Promise.resolve(undefined);
    // only pending claims keep the process alive: the stream does not, because the caller may stop reading results
    this.#keepAlive ??= setInterval(() => undefined, 60_000);
    return new Promise((resolve) => this.#claims.set(requestId, resolve));
  }

  /** Cancels a claim, which then resolves to `undefined`. */
  cancelClaim(requestId: string): void {
    this.#claims.get(requestId)?.(undefined);
    this.#claims.delete(requestId);
    this.#stopKeepAliveIfIdle();
  }

  close(): void {
    this.#stop.abort(new Error('The batch has ended'));
    this.#abandonClaims();
  }

  async #listen(path: string, onOpened: () => void): Promise<void> {
    const call = { action: 'follow the batch', method: 'GET', path, isBackground: true } as const;
    // reconnecting keeps the process alive, so reconnect only while claims are pending
    const options = { signal: this.#stop.signal, shouldReconnect: () => this.#claims.size > 0 };
    try {
      for await (const { name, data } of followEvents(this.#connection, call, options)) {
        if (name === 'reset') this.#abandonClaims();
        if (name === 'ends') this.#settle(await readEvent(data, call.action, (v1) => v1.endsEvent));
        this.#isOpen = true;
        onOpened();
      }
    } catch {
      // the remaining claims resolve to `undefined`, and their callers follow the runs separately
    } finally {
      this.#isOpen = false;
      this.#abandonClaims();
    }
  }

  #settle({ items }: { readonly items: readonly BatchEnd[] }): void {
    for (const end of items) {
      const claim = this.#claims.get(end.requestId);
      this.#claims.delete(end.requestId);
      if (claim) claim(end);
      else this.#unclaimed.set(end.requestId, end);
    }
    this.#stopKeepAliveIfIdle();
    if (this.#unclaimed.size <= maxUnclaimed) return;
    // these runs may belong to another client, so empty the buffer instead of letting it grow
    this.#unclaimed.clear();
    this.#epoch += 1;
  }

  #abandonClaims(): void {
    this.#epoch += 1;
    this.#unclaimed.clear();
    for (const claim of this.#claims.values()) claim(undefined);
    this.#claims.clear();
    this.#stopKeepAliveIfIdle();
  }

  #stopKeepAliveIfIdle(): void {
    if (this.#claims.size > 0) return;
    clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
  }
}
