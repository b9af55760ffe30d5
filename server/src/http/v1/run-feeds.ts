import type { Context } from 'hono';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import { waitForRun } from '../../engine/wait-for-run.js';
import { runForCaller, StatementStoppedError } from '../../store/db/caller.js';
import { wholeAccount } from '../../store/tables/access.js';
import { statementMs } from '../authenticate.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { eventStream, heartbeatMs } from '../live/event-stream.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The newest state of a run, serialized once for all streams. */
interface FeedText {
  readonly sequence: number;
  readonly text: Uint8Array;
  /** Whether the run is final or gone. */
  readonly isLast: boolean;
}

/**
 * Follows a run for any number of streams: each change is read and serialized once. The reads run outside of any request, so they
 * continue when the first stream is closed.
 */
class RunFeed {
  readonly #waiting = new Set<() => void>();
  readonly #left = new AbortController();
  #followers = 0;
  #newest: FeedText | undefined;
  #hasEnded = false;

  constructor(http: HttpContext, account: string, runId: string) {
    const caller = { account, key: '', keyName: '', address: '', statementMs, isGone: () => this.isOver };
    void runForCaller(caller, () => this.#follow(http, account, runId))
      .catch((error: unknown) => {
        // the last follower left before a statement of this feed had its turn
        if (error instanceof StatementStoppedError && this.isOver) return;
        http.logger.warn('failed to follow a run', { runId, error: String(error) });
      })
      .finally(() => {
        this.#hasEnded = true;
        this.#wake();
      });
  }

  /** Whether streams can no longer join, because the run can no longer change or the last follower has left. */
  get isOver(): boolean {
    return this.#hasEnded || this.#left.signal.aborted;
  }

  /** @returns A function that leaves the feed. */
  join(): () => void {
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
      if (this.#followers === 0) this.#left.abort();
    };
  }

  /**
   * Returns the newest text whose sequence is at least `from`, `waiting` if there was no such text for {@link heartbeatMs}, or `ended` if
   * there will be no more.
   */
  async next(from: number): Promise<FeedText | 'waiting' | 'ended'> {
    const deadline = performance.now() + heartbeatMs;
    for (;;) {
      if (this.#newest && (this.#newest.sequence >= from || this.#newest.isLast)) return this.#newest;
      if (this.#hasEnded) return 'ended';
      const left = deadline - performance.now();
      if (left <= 0) return 'waiting';
      await this.#waitForChange(left);
    }
  }

  async #waitForChange(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }

  async #follow(http: HttpContext, account: string, runId: string): Promise<void> {
    const signals = [this.#left.signal, http.closing];
    // each stream has checked that its key may see the run
    const access = wholeAccount(account);
    let since = -1;
    while (!signals.some((signal) => signal.aborted)) {
      const options = { since, timeoutMs: heartbeatMs, signals };
      const record = await waitForRun(http.engine, http.changes, access, runId, options);
      if (!record) {
        this.#publish({ sequence: since + 1, text: encode('event: gone\ndata: {}\n\n'), isLast: true });
        return;
      }
      if (record.sequence <= since) continue;
      since = record.sequence;
      const isLast = isFinalState(record.status.state);
      const text = encode(`event: status\ndata: ${JSON.stringify(record.status)}\nid: ${since}\n\n`);
      this.#publish({ sequence: since, text, isLast });
      if (isLast) return;
    }
  }

  #publish(text: FeedText): void {
    this.#newest = text;
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The event streams of runs. A slow stream skips states, because each state is complete. */
export class RunFeeds {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, RunFeed>();

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /**
   * Opens a stream of a run that exists.
   *
   * @param sequence The run's current sequence. The first message has this sequence or a later one.
   * @throws `ApiError` `too_many_streams`
   */
  open(c: Context<RouteEnv>, account: string, runId: string, sequence: number): Response {
    const leaveAccount = this.#http.streams.open(account, 'close some, or use GET /v1/runs/:id?wait=60');
    const feed = this.#feedOf(account, runId);
    const leaveFeed = feed.join();
    let from = sequence;
    return eventStream(c, {
      stallMs: this.#http.settings.stalledStreamSeconds * 1000,
      onClose: () => {
        leaveFeed();
        leaveAccount();
        if (feed.isOver) this.#forget(account, runId, feed);
      },
      next: async () => {
        const next = await feed.next(from);
        if (typeof next === 'string') return next;
        from = next.sequence + 1;
        return { piece: next.text, isLast: next.isLast };
      },
    });
  }

  #feedOf(account: string, runId: string): RunFeed {
    const key = `${account} ${runId}`;
    const known = this.#feeds.get(key);
    if (known && !known.isOver) return known;
    const feed = new RunFeed(this.#http, account, runId);
    this.#feeds.set(key, feed);
    return feed;
  }

  #forget(account: string, runId: string, feed: RunFeed): void {
    const key = `${account} ${runId}`;
    if (this.#feeds.get(key) === feed) this.#feeds.delete(key);
  }
}
