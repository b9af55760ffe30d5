import { sleep } from 'millrace/shared/runtime/sleep.js';
import pg from 'pg';
import { type Notifications, Subscribers } from '../db/notifications.js';

const heartbeatIntervalMs = 20_000;
const heartbeatTimeoutMs = 10_000;
const maxBackoffMs = 5_000;

/**
 * Receives notifications from a PostgreSQL server over one connection. If the connection is lost, reconnects and then calls the
 * subscribers' `onReconnect` callbacks.
 */
export class ListenConnection implements Notifications {
  readonly #config: pg.ClientConfig;
  readonly #subscribers = new Subscribers();
  readonly #closeController = new AbortController();
  /** The connected client. Pending while connecting or reconnecting. */
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
      // not awaited, because `#unlisten` waits while the connection is lost; a new connection listens only on channels with subscribers
      if (remove() && !this.#closeController.signal.aborted) void this.#unlisten(channel).catch(() => undefined);
      return Promise.resolve();
    };
  }

  async close(): Promise<void> {
    this.#closeController.abort();
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
    const heartbeat = setInterval(() => void this.#checkAlive(client), heartbeatIntervalMs);
    client.once('end', () => {
      clearInterval(heartbeat);
      if (this.#closeController.signal.aborted) return;
      this.#client = this.#reconnect();
      this.#client.catch(() => undefined);
    });
    return client;
  }

  async #reconnect(): Promise<pg.Client> {
    const { signal } = this.#closeController;
    for (let backoff = 100; ; backoff = Math.min(maxBackoffMs, backoff * 2)) {
      await sleep(backoff, signal);
      const client = await this.#connect().catch(() => undefined);
      if (client === undefined) continue;
      this.#subscribers.notifyReconnect();
      return client;
    }
  }

  /** Closes the connection if it does not respond, for example because a firewall dropped it silently. */
  async #checkAlive(client: pg.Client): Promise<void> {
    // the client's `end` event then triggers a reconnect
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
