import type { Connection } from '../http/connection.js';
import { abortReason } from '../shared/runtime/abort-reason.js';
import type { BatchEnd } from '../shared/wire/batches.js';
import { followEvents, readEvent } from '../wait/follow-events.js';

/** How long to wait for the stream's first event, in milliseconds. A proxy may keep events back. */
const openMs = 5000;
/** Maximum number of ends to keep whose runs are not known yet. */
const maxEarly = 512;

/**
 * The ends of a batch's runs, from one stream for all of them. Every end that may have been missed is `undefined`: the run then has to
 * be read by itself.
 */
export class BatchEnds {
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  readonly #claims = new Map<string, (end: BatchEnd | undefined) => void>();
  /** Ends that have come before the response that names their runs. */
  readonly #early = new Map<string, BatchEnd>();
  /** Changes when ends may have been missed. */
  #epoch = 0;
  #isOpen = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    const relay = (): void => this.#stop.abort(abortReason(signal));
    if (signal.aborted) relay();
    else signal.addEventListener('abort', relay, { once: true });
  }

  /** Opens the stream. If that is not possible, every end is `undefined`. Never rejects. */
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

  /** What a request that names runs passes on to {@link claim}, taken before the request. `undefined` without a stream. */
  get epoch(): number | undefined {
    return this.#isOpen ? this.#epoch : undefined;
  }

  /** Resolves to the end of a run. */
  claim(requestId: string, epoch: number | undefined): Promise<BatchEnd | undefined> {
    const early = this.#early.get(requestId);
    this.#early.delete(requestId);
    if (early) return Promise.resolve(early);
    if (epoch === undefined || epoch !== this.#epoch) return Promise.resolve(undefined);
    // the stream does not keep the process alive, because a caller may never read on
    this.#keepAlive ??= setInterval(() => undefined, 60_000);
    return new Promise((resolve) => this.#claims.set(requestId, resolve));
  }

  /** Gives up a claim. */
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
    // without a run to wait for, new attempts would only keep the process alive
    const options = { signal: this.#stop.signal, isWanted: () => this.#claims.size > 0 };
    try {
      for await (const { name, data } of followEvents(this.#connection, call, options)) {
        if (name === 'reset') this.#lose();
        if (name === 'ends') this.#settle(await readEvent(data, call.what, (v1) => v1.endsEvent));
        this.#isOpen = true;
        onOpened();
      }
    } catch {
      // from here on, every run is read by itself
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
    // they are not those of this client, or so many that their runs are better read by themselves
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
