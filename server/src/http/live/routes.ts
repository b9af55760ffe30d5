import type { Hono } from 'hono';
import * as z from 'zod';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { orNotFound } from '../v1/error-response.js';
import { readId, readQuery } from '../v1/read-query.js';
import { eventStream, heartbeatMs, type Next } from './event-stream.js';
import type { FollowedRun } from './followed-run.js';
import type { LiveFeed } from './live-feed.js';
import { LiveFeeds } from './live-feeds.js';

const streamQuery = z.object({ run: z.string().optional() });

/** `GET /v1/stream`: server-sent events about everything that changes in the account. */
export function liveRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const feeds = new LiveFeeds(http);

  app.get('/v1/stream', async (c) => {
    const { run } = readQuery(streamQuery, c.req.query());
    const runId = run === undefined ? undefined : readId(run, 'run');
    const { key, hash } = c.get('credential');
    const closers = [http.streams.openLive(key.accountId, key.id)];
    const close = () => {
      for (const closer of closers.splice(0)) closer();
    };
    try {
      const stream = new LiveStream(feeds.feedFor(c.get('access')));
      closers.push(await stream.open(runId, c.req.header('last-event-id')));
      closers.push(feeds.watchCredential(hash, stream.end));
      http.closing.addEventListener('abort', stream.end, { once: true });
      closers.push(() => http.closing.removeEventListener('abort', stream.end));
      const stallMs = http.settings.stalledStreamSeconds * 1000;
      return eventStream(c, { next: () => stream.next(), onClose: close, stallMs });
    } catch (error) {
      close();
      throw error;
    }
  });
}

/** A client's stream: a position in a feed. */
class LiveStream {
  readonly #feed: LiveFeed;
  #run: FollowedRun | undefined;
  #version = 0;
  #first: Uint8Array | undefined;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /**
   * Joins the feed. From then on, the stream misses no change.
   *
   * @param lastEventId The id of the last event that the client received on an earlier stream.
   * @returns A function that leaves the feed.
   * @throws `ApiError` 404 if the run is not visible.
   */
  async open(runId: string | undefined, lastEventId: string | undefined): Promise<() => void> {
    const leaveFeed = await this.#feed.join(() => this.#wake?.());
    try {
      const followed = runId === undefined ? undefined : orNotFound(await this.#feed.follow(runId), runId);
      this.#run = followed?.run;
      this.#startAfter(lastEventId);
      return () => {
        leaveFeed();
        followed?.leave();
      };
    } catch (error) {
      leaveFeed();
      throw error;
    }
  }

  /** Starts after an earlier stream's last event if the feed still has the later changes, otherwise with a `reset` event. */
  #startAfter(lastEventId: string | undefined): void {
    const { id, version } = this.#feed;
    this.#version = version;
    const [feed, last, run] = lastEventId?.split('.') ?? [id, String(version)];
    const from = Number(last);
    const isKnown = feed === id && Number.isInteger(from) && from >= 0 && from <= version;
    if (!isKnown) {
      this.#first = this.#feed.firstPiece(true, this.#run);
      return;
    }
    // if the earlier stream did not follow this run, it has missed nothing of it
    const missed =
      from < version ? this.#feed.pieceAfter(from, run === this.#run?.id ? this.#run : undefined) : undefined;
    const first = this.#feed.firstPiece(false, this.#run);
    this.#first = missed ? Buffer.concat([missed, first]) : first;
  }

  readonly end = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };

  async next(): Promise<Next> {
    const deadline = performance.now() + heartbeatMs;
    for (;;) {
      if (this.#hasEnded) return 'ended';
      const first = this.#first;
      this.#first = undefined;
      if (first) return { piece: first };
      const { version } = this.#feed;
      if (version > this.#version) {
        const piece = this.#feed.pieceAfter(this.#version, this.#run);
        this.#version = version;
        return { piece };
      }
      const left = deadline - performance.now();
      if (left <= 0) return 'waiting';
      await this.#waitForChange(left);
    }
  }

  async #waitForChange(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#wake = wake;
    });
  }
}
