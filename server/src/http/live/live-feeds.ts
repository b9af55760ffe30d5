import type { RunChange } from '../../engine/notify-run.js';
import { runWithoutCaller } from '../../store/db/caller.js';
import type { Access } from '../../store/tables/access.js';
import { findAccountIdsOfRuns } from '../../store/tables/runs.js';
import type { HttpContext } from '../http-context.js';
import { LiveFeed } from './live-feed.js';

/** How often to check the feeds, and the keys and sessions of their streams, in milliseconds. */
const checkIntervalMs = 1000;

/** The maximum number of runs whose accounts are cached. Without the cache, every change to a run would cause a query. */
const maxCachedRuns = 20_000;

/** A stream that ends when its key or session becomes invalid. */
interface OpenStream {
  /** The hash of the key or of the session's token. */
  readonly credentialHash: string;
  readonly end: () => void;
}

/** Manages this server's live feeds. Streams with the same access share a feed. Watches for changes only while there are feeds. */
export class LiveFeeds {
  readonly #http: HttpContext;
  readonly #feeds = new Map<string, LiveFeed>();
  readonly #streams = new Set<OpenStream>();
  /** Cached accounts of runs, by run id. */
  readonly #accountByRunId = new Map<string, string>();
  /** The changed runs whose accounts are not cached. */
  readonly #unresolvedRunIds = new Set<string>();
  #isResolving = false;
  #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isCheckingCredentials = false;

  constructor(http: HttpContext) {
    this.#http = http;
  }

  /** Returns the feed for streams with this access. Creates the feed if it does not exist. */
  getFeed({ account, names }: Access): LiveFeed {
    const key = JSON.stringify([account, names && [...names].sort()]);
    const existing = this.#feeds.get(key);
    if (existing) return existing;
    const feed = new LiveFeed(this.#http, { account, names, ownKeyId: null });
    this.#feeds.set(key, feed);
    // run outside the request, because the feeds outlive it
    if (!this.#unwatch) runWithoutCaller(() => this.#start());
    return feed;
  }

  /** Calls `end` when the key or session with this hash becomes invalid. @returns A function that stops watching. */
  watchCredential(credentialHash: string, end: () => void): () => void {
    const stream = { credentialHash, end };
    this.#streams.add(stream);
    return () => this.#streams.delete(stream);
  }

  #onChange(change: RunChange | 'reconnected'): void {
    if (change === 'reconnected') {
      for (const feed of this.#feeds.values()) feed.invalidate();
      return;
    }
    const { runId, deleted } = change;
    if (deleted) {
      this.#accountByRunId.delete(runId);
      for (const feed of this.#findFeeds(deleted.account)) feed.markRunDeleted(runId, deleted.of);
      return;
    }
    const account = this.#accountByRunId.get(runId);
    if (account !== undefined) {
      for (const feed of this.#findFeeds(account)) feed.markRunChanged(runId);
      return;
    }
    this.#unresolvedRunIds.add(runId);
    void this.#resolveAccounts();
  }

  /** Finds the accounts of the unresolved runs, and marks the runs as changed in the feeds of their accounts. */
  async #resolveAccounts(): Promise<void> {
    if (this.#isResolving) return;
    this.#isResolving = true;
    try {
      while (this.#unresolvedRunIds.size > 0) {
        const ids = [...this.#unresolvedRunIds];
        this.#unresolvedRunIds.clear();
        const accounts = await findAccountIdsOfRuns(this.#http.engine.db, ids);
        if (this.#accountByRunId.size + accounts.size > maxCachedRuns) this.#accountByRunId.clear();
        for (const [runId, account] of accounts) {
          this.#accountByRunId.set(runId, account);
          for (const feed of this.#findFeeds(account)) feed.markRunChanged(runId);
        }
      }
    } catch {
      // changes were missed, so clients must read everything again
      for (const feed of this.#feeds.values()) feed.invalidate();
    } finally {
      this.#isResolving = false;
    }
  }

  #findFeeds(account: string): LiveFeed[] {
    return [...this.#feeds.values()].filter((feed) => feed.account === account);
  }

  /** Closes abandoned feeds, checks the other feeds, and ends the streams whose keys or sessions have become invalid. */
  async #check(): Promise<void> {
    for (const [key, feed] of this.#feeds) {
      if (feed.isAbandoned) {
        feed.close();
        this.#feeds.delete(key);
      } else feed.check();
    }
    if (this.#feeds.size === 0) this.#stop();
    if (this.#isCheckingCredentials || this.#streams.size === 0) return;
    this.#isCheckingCredentials = true;
    try {
      const hashes = [...new Set([...this.#streams].map(({ credentialHash }) => credentialHash))];
      const validHashes = await this.#http.keys.findValidHashes(hashes);
      for (const { credentialHash, end } of [...this.#streams])
        if (hashes.includes(credentialHash) && !validHashes.has(credentialHash)) end();
    } catch (error) {
      // the next check retries
      this.#http.logger.debug('failed to check the keys of streams', { error: String(error) });
    } finally {
      this.#isCheckingCredentials = false;
    }
  }

  #start(): void {
    const { runChanges, batchChanges } = this.#http;
    const closers = [
      runChanges.watchAll((change) => this.#onChange(change)),
      batchChanges.watch(({ batchId, account }) => {
        for (const feed of this.#findFeeds(account)) feed.markBatchChanged(batchId);
      }),
    ];
    this.#unwatch = () => closers.forEach((close) => close());
    this.#timer = setInterval(() => void this.#check(), checkIntervalMs).unref();
    this.#http.closing.addEventListener('abort', this.#stop, { once: true });
  }

  readonly #stop = (): void => {
    this.#http.closing.removeEventListener('abort', this.#stop);
    clearInterval(this.#timer);
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
    this.#accountByRunId.clear();
  };
}
