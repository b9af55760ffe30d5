import type { Connection } from '../http/connection.js';
import { getAbortReason } from '../shared/runtime/abort-reason.js';
import type { BatchRunEnd } from '../shared/wire/batches.js';
import { followEvents, parseEventData } from '../wait/follow-events.js';

/** Maximum time to wait for the stream's first event, in milliseconds. A proxy that buffers events can delay it. */
const firstEventTimeoutMs = 5000;
/** Maximum number of unclaimed run ends to buffer. */
const maxUnclaimedEnds = 512;

/**
 * Waits for the runs of a batch to end, using one event stream for all runs. If the stream may have missed a run's end, {@link claim}
 * resolves to `undefined`, and the caller must follow the run separately.
 */
export class BatchEnds {
  readonly #connection: Connection;
  readonly #abortController = new AbortController();
  /** The `resolve` functions of pending claims, by run id. */
  readonly #claimByRunId = new Map<string, (end: BatchRunEnd | undefined) => void>();
  /** Run ends that were received but not yet claimed, by run id. */
  readonly #unclaimedEndByRunId = new Map<string, BatchRunEnd>();
  /** Incremented whenever the end of a run may have been missed, and when unclaimed run ends are dropped. */
  #epoch = 0;
  #isOpen = false;
  #keepAliveTimer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    const abort = (): void => this.#abortController.abort(getAbortReason(signal));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }

  /**
   * Opens the stream, and waits up to `firstEventTimeoutMs` for its first event. Never rejects. If the stream fails, claims resolve to
   * `undefined`.
   */
  async open(batchId: string, maxOutputBytes: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, firstEventTimeoutMs);
      const stopWaiting = (): void => {
        clearTimeout(timer);
        resolve();
      };
      void this.#listen(`/v1/batches/${batchId}/events?output=${maxOutputBytes}`, stopWaiting).finally(stopWaiting);
    });
  }

  /** The current epoch, or `undefined` if no stream is open. Read it before a request that starts runs, and pass it to {@link claim}. */
  get epoch(): number | undefined {
    return this.#isOpen ? this.#epoch : undefined;
  }

  /**
   * Waits for a run to end. Resolves to `undefined` if the stream may have missed the run's end, or the claim is cancelled.
   *
   * @param epoch The value of {@link epoch} before the run was started.
   */
  claim(requestId: string, epoch: number | undefined): Promise<BatchRunEnd | undefined> {
    const unclaimed = this.#unclaimedEndByRunId.get(requestId);
    this.#unclaimedEndByRunId.delete(requestId);
    if (unclaimed) return Promise.resolve(unclaimed);
    if (epoch === undefined || epoch !== this.#epoch) return Promise.resolve(undefined);
    // keep the process alive while claims are pending; the stream does not do so, because the caller can stop reading results
    this.#keepAliveTimer ??= setInterval(() => undefined, 60_000);
    return new Promise((resolve) => this.#claimByRunId.set(requestId, resolve));
  }

  /** Cancels a claim, which then resolves to `undefined`. */
  cancelClaim(requestId: string): void {
    this.#claimByRunId.get(requestId)?.(undefined);
    this.#claimByRunId.delete(requestId);
    this.#stopKeepAliveIfIdle();
  }

  close(): void {
    this.#abortController.abort(new Error('The batch has ended'));
    this.#abandonClaims();
  }

  async #listen(path: string, onEvent: () => void): Promise<void> {
    const call = { action: 'follow the batch', method: 'GET', path, isBackground: true } as const;
    // reconnecting keeps the process alive, so reconnect only while claims are pending
    const options = { signal: this.#abortController.signal, shouldReconnect: () => this.#claimByRunId.size > 0 };
    try {
      for await (const { name, data } of followEvents(this.#connection, call, options)) {
        if (name === 'reset') this.#abandonClaims();
        if (name === 'ends') this.#handleEnds(await parseEventData(data, call.action, (v1) => v1.runEndsEvent));
        this.#isOpen = true;
        onEvent();
      }
    } catch {
      // the remaining claims resolve to `undefined`, and their callers follow the runs separately
    } finally {
      this.#isOpen = false;
      this.#abandonClaims();
    }
  }

  #handleEnds({ items }: { readonly items: readonly BatchRunEnd[] }): void {
    for (const end of items) {
      const claim = this.#claimByRunId.get(end.requestId);
      this.#claimByRunId.delete(end.requestId);
      if (claim) claim(end);
      else this.#unclaimedEndByRunId.set(end.requestId, end);
    }
    this.#stopKeepAliveIfIdle();
    if (this.#unclaimedEndByRunId.size <= maxUnclaimedEnds) return;
    // runs that another client started are never claimed here, so empty the buffer instead of letting it grow
    this.#unclaimedEndByRunId.clear();
    this.#epoch += 1;
  }

  #abandonClaims(): void {
    this.#epoch += 1;
    this.#unclaimedEndByRunId.clear();
    for (const claim of this.#claimByRunId.values()) claim(undefined);
    this.#claimByRunId.clear();
    this.#stopKeepAliveIfIdle();
  }

  #stopKeepAliveIfIdle(): void {
    if (this.#claimByRunId.size > 0) return;
    clearInterval(this.#keepAliveTimer);
    this.#keepAliveTimer = undefined;
  }
}
