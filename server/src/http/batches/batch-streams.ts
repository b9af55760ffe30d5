import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { eventStream, heartbeatMs, type Next } from '../live/event-stream.js';
import { BatchFeed } from './batch-feed.js';

/** The event streams of batches. */
export class BatchStreams {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, BatchFeed>();

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /**
   * Opens a stream of a batch that exists. The stream begins with `open` or the changes since `Last-Event-ID`, or with `reset` if these
   * changes are no longer known.
   *
   * @param outputBytes The maximum size of an output to include with the end of its run, in bytes.
   * @throws `ApiError` `too_many_streams`
   */
  open(c: Context<RouteEnv>, account: string, batchId: string, outputBytes: number): Response {
    const { streams, settings, closing } = this.#http;
    const leaveAccount = streams.open(account, 'close some, or use GET /v1/batches/:id');
    const feed = this.#feedOf(account, batchId, outputBytes);
    let wake: (() => void) | undefined;
    const end = () => wake?.();
    const leaveFeed = feed.join(() => wake?.());
    closing.addEventListener('abort', end, { once: true });
    let { version } = feed;
    let first = this.#firstPiece(feed, c.req.header('last-event-id'));
    const next = async (): Promise<Next> => {
      const deadline = performance.now() + heartbeatMs;
      for (;;) {
        if (closing.aborted) return 'ended';
        if (first) {
          const piece = first;
          first = undefined;
          return { piece };
        }
        if (feed.version > version) {
          const piece = feed.pieceAfter(version);
          version = feed.version;
          return { piece };
        }
        const left = deadline - performance.now();
        if (left <= 0) return 'waiting';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
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
        closing.removeEventListener('abort', end);
        end();
      },
    });
  }

  #firstPiece(feed: BatchFeed, lastEventId: string | undefined): Uint8Array | undefined {
    if (lastEventId === undefined) return feed.open();
    const [id, last] = lastEventId.split('.');
    const from = Number(last);
    const isKnown = id === feed.id && Number.isInteger(from) && from >= 0 && from <= feed.version;
    if (!isKnown) return feed.reset();
    return from === feed.version ? feed.open() : feed.pieceAfter(from);
  }

  #feedOf(account: string, batchId: string, outputBytes: number): BatchFeed {
    const key = `${batchId} ${outputBytes}`;
    const known = this.#feeds.get(key);
    if (known) return known;
    const feed = new BatchFeed(this.#http, account, batchId, outputBytes, () => this.#feeds.delete(key));
    this.#feeds.set(key, feed);
    return feed;
  }
}
