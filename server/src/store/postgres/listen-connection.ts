import { sleep } from 'millrace/shared/runtime/sleep.js';
import pg from 'pg';
import { type Notifications, Subscribers } from '../db/notifications.js';

const heartbeatMs = 20_000;
const heartbeatTimeoutMs = 10_000;
const maxBackoffMs = 5_000;

/**
 * Receives notifications from a PostgreSQL server over one connection. If the connection is lost, reconnects and then notifies the
 * subscribers.
 */
export class ListenConnection implements Notifications {
  readonly #config: pg.ClientConfig;
  readonly #subscribers = new Subscribers();
  readonly #closed = new AbortController();
  /** Pending while the connection is being opened or reopened. */
  #client: Promise<pg.Client> | undefined;
  #lastStatement: Promise<unknown> = Promise.resolve();

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async listen(
    channel: string,
    onPayload: (payload: string) => void,
    onReconnect?: () => void,
  ): Promise<() => Promise<void>> {
    const remove = this.#subscribers.add(channel, onPayload, onReconnect);
    try {
      await this.#send(await this.#ensureConnected(), `listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      remove();
      throw error;
    }
    return () => {
      // not awaited, because a lost connection may never be restored; a new connection does not listen to this channel anyway
      if (remove() && !this.#closed.signal.aborted) void this.#unlisten(channel).catch(() => undefined);
      return Promise.resolve();
    };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  async #unlisten(channel: string): Promise<void> {
    const client = await this.#ensureConnected();
    if (!this.#subscribers.has(channel)) await this.#send(client, `unlisten ${pg.escapeIdentifier(channel)}`);
  }

  #ensureConnected(): Promise<pg.Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#config, keepAlive: true, keepAliveInitialDelayMillis: 10_000 });
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => this.#subscribers.deliver(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#subscribers.channels) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    const heartbeat = setInterval(() => void this.#checkAlive(client), heartbeatMs);
    client.once('end', () => {
      clearInterval(heartbeat);
      if (this.#closed.signal.aborted) return;
      this.#client = this.#reconnect();
      this.#client.catch(() => undefined);
    });
    return client;
  }

  async #reconnect(): Promise<pg.Client> {
    const { signal } = this.#closed;
    for (let backoff = 100; ; backoff = Math.min(maxBackoffMs, backoff * 2)) {
      await sleep(backoff, signal);
      const client = await this.#connect().catch(() => undefined);
      if (client === undefined) continue;
      this.#subscribers.notifyReconnect();
      return client;
    }
  }

  /** Detects a connection that was dropped silently, for example by a firewall. */
  async #checkAlive(client: pg.Client): Promise<void> {
    // the timer closes an unresponsive connection, whose `end` event then triggers a reconnect
    const timer = setTimeout(() => void client.end().catch(() => undefined), heartbeatTimeoutMs);
    await this.#send(client, 'select 1').catch(() => undefined);
    clearTimeout(timer);
  }

  #send(client: pg.Client, statement: string): Promise<unknown> {
    const result = this.#lastStatement.then(() => client.query(statement));
    this.#lastStatement = result.catch(() => undefined);
    return result;
  }
}
