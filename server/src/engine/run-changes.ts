import type { Db } from '../store/db/db.js';
import { parseRunChange, runChannel, type RunChange } from './notify-run.js';

type Listener = (change: RunChange | 'reconnected') => void;

/** Passes run changes to listeners. All listeners share one PostgreSQL `LISTEN`. */
export class RunChanges {
  readonly #listenersByRun = new Map<string, Set<Listener>>();
  readonly #globalListeners = new Set<Listener>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<RunChanges> {
    const changes = new RunChanges();
    changes.#unlisten = await db.listen(
      runChannel,
      (payload) => {
        const change = parseRunChange(payload);
        if (change) changes.#notify(change);
      },
      () => changes.#notify('reconnected'),
    );
    return changes;
  }

  /**
   * Calls the listener after every change to a run, and after every reconnection to the database, because changes may have been missed.
   *
   * @returns A function that removes the listener.
   */
  watch(runId: string, listener: Listener): () => void {
    const listeners = this.#listenersByRun.get(runId) ?? new Set();
    this.#listenersByRun.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listenersByRun.get(runId) === listeners) this.#listenersByRun.delete(runId);
    };
  }

  /**
   * Calls the listener after every change to any run, and after every reconnection to the database.
   *
   * @returns A function that removes the listener.
   */
  watchAll(listener: Listener): () => void {
    this.#globalListeners.add(listener);
    return () => this.#globalListeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#listenersByRun.clear();
    this.#globalListeners.clear();
  }

  #notify(change: RunChange | 'reconnected'): void {
    const targets =
      change === 'reconnected'
        ? [...this.#listenersByRun.values()].flatMap((set) => [...set])
        : this.#listenersByRun.get(change.runId);
    for (const listener of [...(targets ?? []), ...this.#globalListeners]) listener(change);
  }
}
