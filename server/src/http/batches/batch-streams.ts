import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { eventStream, heartbeatMs, type NextOutput } from '../live/event-stream.js';
import { BatchFeed } from './batch-feed.js';

/** Opens the event streams of batches. Streams of the same batch share a feed. */
export class BatchStreams {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, BatchFeed>();

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /**
   * Opens an event stream for an existing batch. The first event is `open`. After a `Last-Event-ID`, the stream begins with the events
   * since then instead, or with `reset` if some of them were dropped.
   *
   * @param outputBytes The maximum size of an output to include in the event of its run, in bytes.
   * @throws `ApiError` `too_many_streams`
   */
  open(c: Context<RouteEnv>, account: string, batchId: string, outputBytes: number): Response {
    const { streams, settings, closing } = this.#http;
    const leaveAccount = streams.open(account, 'close some, or use GET /v1/batches/:id');
    const feed = this.#feedOf(account, batchId, outputBytes);
    let wake: (() => void) | undefined;
    const endWait = () => wake?.();
    const leaveFeed = feed.join(() => wake?.());
    closing.addEventListener('abort', endWait, { once: true });
    let { version } = feed;
    let firstChunk: Uint8Array | undefined = this.#firstChunk(feed, c.req.header('last-event-id'));
    const next = async (): Promise<NextOutput> => {
      const deadline = performance.now() + heartbeatMs;
      for (;;) {
        if (closing.aborted) return 'ended';
        if (firstChunk) {
          const chunk = firstChunk;
          firstChunk = undefined;
          return { chunk };
        }
        if (feed.version > version) {
          const chunk = feed.chunkAfter(version);
          version = feed.version;
          return { chunk };
        }
        const remainingMs = deadline - performance.now();
        if (remainingMs <= 0) return 'waiting';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, remainingMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
    };
    return eventStream(c, {
      next,
      stallMs: settings.stalledStreamSeconds * 1000,
      onClose: () => {
        leaveFeed(version);
        leaveAccount();
        closing.removeEventListener('abort', endWait);
        endWait();
      },
    });
  }

  #firstChunk(feed: BatchFeed, lastEventId: string | undefined): Uint8Array {
    if (lastEventId === undefined) return feed.openingChunk();
    const [feedId, versionText] = lastEventId.split('.');
    const lastVersion = Number(versionText);
    const canResume =
      feedId === feed.id && Number.isInteger(lastVersion) && lastVersion >= 0 && lastVersion <= feed.version;
    if (!canResume) return feed.resetChunk();
    return lastVersion === feed.version ? feed.openingChunk() : feed.chunkAfter(lastVersion);
  }

  #feedOf(account: string, batchId: string, outputBytes: number): BatchFeed {
    const key = `${batchId} ${outputBytes}`;
    const existing = this.#feeds.get(key);
    if (existing) return existing;
    const feed = new BatchFeed(this.#http, account, batchId, outputBytes, () => this.#feeds.delete(key));
    this.#feeds.set(key, feed);
    return feed;
  }
}
