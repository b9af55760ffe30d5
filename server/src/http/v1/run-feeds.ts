import type { Context } from 'hono';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import { waitForRun } from '../../engine/wait-for-run.js';
import { runForCaller, StatementStoppedError } from '../../store/db/caller.js';
import { createFullAccess } from '../../store/tables/access.js';
import { statementTimeoutMs } from '../authenticate.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { createEventStream, formatEvent, heartbeatIntervalMs } from '../live/event-stream.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A serialized event for all streams of a run: the run's current status, or a notice that the run no longer exists. */
interface FeedMessage {
  readonly sequence: number;
  readonly chunk: Uint8Array;
  /** Whether this is the final message, because the run has ended or no longer exists. */
  readonly isLast: boolean;
}

/**
 * Follows a run for any number of streams, so that each state of the run is read and serialized only once. The reads do not depend on any
 * request, so the first stream can close without stopping the others.
 */
class RunFeed {
  readonly #wakeCallbacks = new Set<() => void>();
  readonly #abandonController = new AbortController();
  #streamCount = 0;
  #newestMessage: FeedMessage | undefined;
  #hasEnded = false;

  constructor(http: HttpContext, account: string, runId: string) {
    const caller = {
      account,
      keyId: '',
      keyName: '',
      address: '',
      statementTimeoutMs,
      hasDisconnected: () => this.isClosed,
    };
    void runForCaller(caller, () => this.#follow(http, account, runId))
      .catch((error: unknown) => {
        // an SQL statement was stopped because all streams were closed
        if (error instanceof StatementStoppedError && this.isClosed) return;
        http.logger.warn('failed to follow a run', { runId, error: String(error) });
      })
      .finally(() => {
        this.#hasEnded = true;
        this.#wake();
      });
  }

  /** Whether streams can no longer join, because the feed has ended or all of its streams were closed. */
  get isClosed(): boolean {
    return this.#hasEnded || this.#abandonController.signal.aborted;
  }

  /** Adds a stream. @returns A function that removes the stream. */
  join(): () => void {
    this.#streamCount += 1;
    return () => {
      this.#streamCount -= 1;
      if (this.#streamCount === 0) this.#abandonController.abort();
    };
  }

  /**
   * Waits for the final message or a message whose sequence is at least `from`, and returns the newest message. Returns `waiting` if there
   * is no such message within {@link heartbeatIntervalMs}, or `ended` if the feed ends without one.
   */
  async next(from: number): Promise<FeedMessage | 'waiting' | 'ended'> {
    const deadline = performance.now() + heartbeatIntervalMs;
    for (;;) {
      if (this.#newestMessage && (this.#newestMessage.sequence >= from || this.#newestMessage.isLast))
        return this.#newestMessage;
      if (this.#hasEnded) return 'ended';
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return 'waiting';
      await this.#waitForChange(remainingMs);
    }
  }

  async #waitForChange(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakeCallbacks.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#wakeCallbacks.add(wake);
    });
  }

  async #follow(http: HttpContext, account: string, runId: string): Promise<void> {
    const signals = [this.#abandonController.signal, http.closing];
    // for each stream, the route has already checked that the key may see the run
    const access = createFullAccess(account);
    let since = -1;
    while (!signals.some((signal) => signal.aborted)) {
      const options = { since, timeoutMs: heartbeatIntervalMs, signals };
      const record = await waitForRun(http.engine, http.runChanges, access, runId, options);
      if (!record) {
        this.#publish({ sequence: since + 1, chunk: encode(`${formatEvent('gone', '{}')}\n`), isLast: true });
        return;
      }
      if (record.sequence <= since) continue;
      since = record.sequence;
      const isLast = isFinalState(record.status.state);
      const chunk = encode(`${formatEvent('status', JSON.stringify(record.status))}id: ${since}\n\n`);
      this.#publish({ sequence: since, chunk, isLast });
      if (isLast) return;
    }
  }

  #publish(message: FeedMessage): void {
    this.#newestMessage = message;
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#wakeCallbacks]) wake();
  }
}

/** Opens event streams of runs. Each `status` event contains the run's complete status, so slow streams can skip events. */
export class RunFeeds {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, RunFeed>();

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /**
   * Opens an event stream for an existing run.
   *
   * @param sequence The run's current sequence. The first `status` event has at least this sequence.
   * @throws `ApiError` `too_many_streams` if the account already has the maximum number of streams.
   */
  open(c: Context<RouteEnv>, account: string, runId: string, sequence: number): Response {
    const releaseStream = this.#http.streams.acquire(account, 'Close some, or use GET /v1/runs/:id?wait=60.');
    const feed = this.#getFeed(account, runId);
    const leaveFeed = feed.join();
    let nextSequence = sequence;
    return createEventStream(c, {
      stallTimeoutMs: this.#http.settings.stalledStreamSeconds * 1000,
      onClose: () => {
        leaveFeed();
        releaseStream();
        if (feed.isClosed) this.#forget(account, runId, feed);
      },
      next: async () => {
        const output = await feed.next(nextSequence);
        if (typeof output === 'string') return output;
        nextSequence = output.sequence + 1;
        return { chunk: output.chunk, isLast: output.isLast };
      },
    });
  }

  #getFeed(account: string, runId: string): RunFeed {
    const key = `${account} ${runId}`;
    const existing = this.#feeds.get(key);
    if (existing && !existing.isClosed) return existing;
    const feed = new RunFeed(this.#http, account, runId);
    this.#feeds.set(key, feed);
    return feed;
  }

  #forget(account: string, runId: string, feed: RunFeed): void {
    const key = `${account} ${runId}`;
    if (this.#feeds.get(key) === feed) this.#feeds.delete(key);
  }
}
