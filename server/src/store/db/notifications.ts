/** Receives PostgreSQL's NOTIFY messages. */
export interface Notifications {
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Subscriber {
  readonly onPayload: (payload: string) => void;
  readonly onReconnect: (() => void) | undefined;
}

/** The subscribers of each channel. */
export class Subscribers {
  readonly #subscribersByChannel = new Map<string, Set<Subscriber>>();

  get channels(): string[] {
    return [...this.#subscribersByChannel.keys()];
  }

  has(channel: string): boolean {
    return this.#subscribersByChannel.has(channel);
  }

  /**
   * Adds a subscriber. Returns a function that removes the subscriber and returns whether it was the channel's only remaining
   * subscriber.
   */
  add(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): () => boolean {
    const subscriber: Subscriber = { onPayload, onReconnect };
    const subscribers = this.#subscribersByChannel.get(channel) ?? new Set();
    this.#subscribersByChannel.set(channel, subscribers.add(subscriber));
    return () => {
      const wasRemoved = subscribers.delete(subscriber);
      if (!wasRemoved || subscribers.size > 0) return false;
      this.#subscribersByChannel.delete(channel);
      return true;
    };
  }

  deliver(channel: string, payload: string): void {
    for (const subscriber of [...(this.#subscribersByChannel.get(channel) ?? [])])
      runCallback(() => subscriber.onPayload(payload));
  }

  notifyReconnect(): void {
    const all = [...this.#subscribersByChannel.values()].flatMap((subscribers) => [...subscribers]);
    for (const subscriber of all) runCallback(() => subscriber.onReconnect?.());
  }
}

/** Calls a subscriber's callback. Rethrows an error as an uncaught exception, so that the other subscribers are still called. */
function runCallback(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
