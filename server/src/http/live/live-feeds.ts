import type { RunChange } from '../../engine/notify-run.js';
import { runWithoutCaller } from '../../store/db/caller.js';
import type { Access } from '../../store/tables/access.js';
import { findAccountsOfRuns } from '../../store/tables/runs.js';
import type { HttpContext } from '../http-context.js';
import { LiveFeed } from './live-feed.js';

/** How often the feeds and the streams' credentials are checked, in milliseconds. */
const checkMs = 1000;

/** The maximum number of runs whose accounts are cached, because a run changes several times. */
const maxKnownRuns = 20_000;

/** An open stream, which ends when its key or session is no longer valid. */
interface OpenStream {
  readonly credential: string;
  readonly end: () => void;
}

/** The live feeds of this server. Streams with the same access share a feed. Listens to changes only while there are feeds. */
export class LiveFeeds {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, LiveFeed>();
  readonly #streams = new Set<OpenStream>();
  readonly #accounts = new Map<string, string>();
  readonly #unknown = new Set<string>();
  #isLooking = false;
  #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /** Returns the feed of all changes that a request may see. */
  feedFor({ account, names }: Access): LiveFeed {
    const key = JSON.stringify([account, names && [...names].sort()]);
    const known = this.#feeds.get(key);
    if (known) return known;
    const feed = new LiveFeed(this.#http, { account, names, ownKey: null });
    this.#feeds.set(key, feed);
    // start outside of the first request, because the feeds outlive it
    if (!this.#unwatch) runWithoutCaller(() => this.#start());
    return feed;
  }

  /** Calls `end` once a key or a session is no longer valid. @returns A function that ends the watch. */
  watchCredential(credential: string, end: () => void): () => void {
    const stream = { credential, end };
    this.#streams.add(stream);
    return () => this.#streams.delete(stream);
  }

  #onChange(change: RunChange | 'reconnected'): void {
    if (change === 'reconnected') {
      for (const feed of this.#feeds.values()) feed.lose();
      return;
    }
    const { runId, deleted } = change;
    if (deleted) {
      this.#accounts.delete(runId);
      for (const feed of this.#feedsOf(deleted.account)) feed.delete(runId, deleted.of);
      return;
    }
    const account = this.#accounts.get(runId);
    if (account !== undefined) {
      for (const feed of this.#feedsOf(account)) feed.change(runId);
      return;
    }
    this.#unknown.add(runId);
    void this.#lookUp();
  }

  /** Finds the accounts of changed runs, with one query at a time for all runs that changed since the previous query. */
  async #lookUp(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#unknown.size > 0) {
        const ids = [...this.#unknown];
        this.#unknown.clear();
        const accounts = await findAccountsOfRuns(this.#http.engine.db, ids);
        if (this.#accounts.size + accounts.size > maxKnownRuns) this.#accounts.clear();
        for (const [runId, account] of accounts) {
          this.#accounts.set(runId, account);
          for (const feed of this.#feedsOf(account)) feed.change(runId);
        }
      }
    } catch {
      // the database is unavailable, so changes may be missed; clients read everything again
      for (const feed of this.#feeds.values()) feed.lose();
    } finally {
      this.#isLooking = false;
    }
  }

  #feedsOf(account: string): LiveFeed[] {
    return [...this.#feeds.values()].filter((feed) => feed.account === account);
  }

  async #check(): Promise<void> {
    for (const [key, feed] of this.#feeds) {
      if (feed.isAbandoned) {
        feed.close();
        this.#feeds.delete(key);
      } else feed.check();
    }
    if (this.#feeds.size === 0) this.#stop();
    if (this.#isChecking || this.#streams.size === 0) return;
    this.#isChecking = true;
    try {
      const credentials = [...new Set([...this.#streams].map(({ credential }) => credential))];
      const valid = await this.#http.keys.findValid(credentials);
      for (const { credential, end } of [...this.#streams])
        if (credentials.includes(credential) && !valid.has(credential)) end();
    } catch (error) {
      // the next check tries again
      this.#http.logger.debug('failed to check the keys of streams', { error: String(error) });
    } finally {
      this.#isChecking = false;
    }
  }

  #start(): void {
    const { changes, batches } = this.#http;
    const closers = [
      changes.watchAll((change) => this.#onChange(change)),
      batches.watch(({ batchId, account }) => {
        for (const feed of this.#feedsOf(account)) feed.changeBatch(batchId);
      }),
    ];
    this.#unwatch = () => closers.forEach((close) => close());
    this.#timer = setInterval(() => void this.#check(), checkMs).unref();
    this.#http.closing.addEventListener('abort', this.#stop, { once: true });
  }

  readonly #stop = (): void => {
    this.#http.closing.removeEventListener('abort', this.#stop);
    clearInterval(this.#timer);
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
    this.#accounts.clear();
  };
}
