import type { Hono } from 'hono';
import * as z from 'zod';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { requireRun } from '../v1/error-response.js';
import { parseId, parseQuery } from '../v1/parse-query.js';
import { createEventStream, heartbeatIntervalMs, type NextOutput } from './event-stream.js';
import type { FollowedRun } from './followed-run.js';
import type { LiveFeed } from './live-feed.js';
import { LiveFeeds } from './live-feeds.js';

const streamQuery = z.object({ run: z.string().optional() });

/** `GET /v1/stream`: streams all visible changes in the account as server-sent events. */
export function addLiveRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const feeds = new LiveFeeds(http);

  app.get('/v1/stream', async (c) => {
    const { run } = parseQuery(streamQuery, c.req.query());
    const runId = run === undefined ? undefined : parseId(run, 'run');
    const { key, hash } = c.get('credential');
    const closers = [http.streams.acquireLive(key.accountId, key.id)];
    const close = () => {
      for (const closer of closers.splice(0)) closer();
    };
    try {
      const stream = new LiveStream(feeds.getFeed(c.get('access')));
      closers.push(await stream.open(runId, c.req.header('last-event-id')));
      closers.push(feeds.watchCredential(hash, stream.end));
      http.closing.addEventListener('abort', stream.end, { once: true });
      closers.push(() => http.closing.removeEventListener('abort', stream.end));
      const stallTimeoutMs = http.settings.stalledStreamSeconds * 1000;
      return createEventStream(c, { next: () => stream.next(), onClose: close, stallTimeoutMs });
    } catch (error) {
      close();
      throw error;
    }
  });
}

/** A client's stream, which reads from a shared feed. */
class LiveStream {
  readonly #feed: LiveFeed;
  #run: FollowedRun | undefined;
  #version = 0;
  #firstChunk: Uint8Array | undefined;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /**
   * Joins the feed and, if `runId` is set, follows the run. From then on, the stream receives every change.
   *
   * @param lastEventId The id of the last event that the client received on its previous stream.
   * @returns A function that leaves the feed and stops following the run.
   * @throws `ApiError` 404 if the run is not visible.
   */
  async open(runId: string | undefined, lastEventId: string | undefined): Promise<() => void> {
    const leaveFeed = await this.#feed.join(() => this.#wake?.());
    try {
      const followed = runId === undefined ? undefined : requireRun(await this.#feed.follow(runId), runId);
      this.#run = followed?.run;
      this.#setFirstChunk(lastEventId);
      return () => {
        leaveFeed();
        followed?.leave();
      };
    } catch (error) {
      leaveFeed();
      throw error;
    }
  }

  /** Sets the first chunk: any changes that the client missed, or a `reset` event, followed by the newest `stats` event. */
  #setFirstChunk(lastEventId: string | undefined): void {
    const { id, version } = this.#feed;
    this.#version = version;
    const [feedId, versionText, lastRunId] = lastEventId?.split('.') ?? [id, String(version)];
    const lastVersion = Number(versionText);
    const canResume = feedId === id && Number.isInteger(lastVersion) && lastVersion >= 0 && lastVersion <= version;
    if (!canResume) {
      this.#firstChunk = this.#feed.getStatsChunk(true, this.#run);
      return;
    }
    // if the previous stream did not follow this run, the client reads the run's current state itself
    const missedChunk =
      lastVersion < version
        ? this.#feed.getChunkAfter(lastVersion, lastRunId === this.#run?.id ? this.#run : undefined)
        : undefined;
    const statsChunk = this.#feed.getStatsChunk(false, this.#run);
    this.#firstChunk = missedChunk ? Buffer.concat([missedChunk, statsChunk]) : statsChunk;
  }

  readonly end = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };

  async next(): Promise<NextOutput> {
    const deadline = performance.now() + heartbeatIntervalMs;
    for (;;) {
      if (this.#hasEnded) return 'ended';
      const first = this.#firstChunk;
      this.#firstChunk = undefined;
      if (first) return { chunk: first };
      const { version } = this.#feed;
      if (version > this.#version) {
        const chunk = this.#feed.getChunkAfter(this.#version, this.#run);
        this.#version = version;
        return { chunk };
      }
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return 'waiting';
      await this.#waitForChange(remainingMs);
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
