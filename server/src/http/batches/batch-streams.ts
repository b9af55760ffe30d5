import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { createEventStream, heartbeatIntervalMs, type NextOutput } from '../live/event-stream.js';
import { BatchFeed } from './batch-feed.js';

/** Opens the event streams of batches. Streams of the same batch with the same `outputBytes` share a feed. */
export class BatchStreams {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, BatchFeed>();

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /**
   * Opens an event stream for an existing batch. The stream begins with `open` if the client sends no `Last-Event-ID`, or if it sends the
   * id of the latest event. Otherwise, it begins with the events that the client missed, or with `reset` if the feed does not know the id
   * or has dropped some of these events.
   *
   * @param outputBytes The maximum size of an output that is included in its run's event, in bytes.
   * @throws `ApiError` `too_many_streams` if the account already has the maximum number of streams.
   */
  open(c: Context<RouteEnv>, account: string, batchId: string, outputBytes: number): Response {
    const { streams, settings, closing } = this.#http;
    const releaseStream = streams.acquire(account, 'Close some, or use GET /v1/batches/:id.');
    const feed = this.#getFeed(account, batchId, outputBytes);
    let wake: (() => void) | undefined;
    const endWait = () => wake?.();
    const leaveFeed = feed.join(() => wake?.());
    closing.addEventListener('abort', endWait, { once: true });
    let { version } = feed;
    let firstChunk: Uint8Array | undefined = this.#getFirstChunk(feed, c.req.header('last-event-id'));
    const next = async (): Promise<NextOutput> => {
      const deadline = performance.now() + heartbeatIntervalMs;
      for (;;) {
        if (closing.aborted) return 'ended';
        if (firstChunk) {
          const chunk = firstChunk;
          firstChunk = undefined;
          return { chunk };
        }
        if (feed.version > version) {
          const chunk = feed.getChunkAfter(version);
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
    return createEventStream(c, {
      next,
      stallTimeoutMs: settings.stalledStreamSeconds * 1000,
      onClose: () => {
        leaveFeed(version);
        releaseStream();
        closing.removeEventListener('abort', endWait);
        endWait();
      },
    });
  }

  #getFirstChunk(feed: BatchFeed, lastEventId: string | undefined): Uint8Array {
    if (lastEventId === undefined) return feed.getOpeningChunk();
    const [feedId, versionText] = lastEventId.split('.');
    const lastVersion = Number(versionText);
    const canResume =
      feedId === feed.id && Number.isInteger(lastVersion) && lastVersion >= 0 && lastVersion <= feed.version;
    if (!canResume) return feed.getResetChunk();
    return lastVersion === feed.version ? feed.getOpeningChunk() : feed.getChunkAfter(lastVersion);
  }

  #getFeed(account: string, batchId: string, outputBytes: number): BatchFeed {
    const key = `${batchId} ${outputBytes}`;
    const existing = this.#feeds.get(key);
    if (existing) return existing;
    const feed = new BatchFeed(this.#http, account, batchId, outputBytes, () => this.#feeds.delete(key));
    this.#feeds.set(key, feed);
    return feed;
  }
}
