import type { Db } from '../store/db/db.js';
import { parseRunChange, runChannel, type RunChange } from './notify-run.js';

type Listener = (change: RunChange | 'reconnected') => void;

/** Hands each announced change of a run to those who wait for it: one LISTEN for the whole server. */
export class RunChanges {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #all = new Set<Listener>();
  #stop: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<RunChanges> {
    const changes = new RunChanges();
    changes.#stop = await db.listen(
      runChannel,
      (payload) => {
        const change = parseRunChange(payload);
        if (change) changes.#tell(change);
      },
      () => changes.#tell('reconnected'),
    );
    return changes;
  }

  /** Calls back on every change of this run, and after a lost connection came back: then re-read. */
  watch(runId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(runId) === listeners) this.#listeners.delete(runId);
    };
  }

  watchAll(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  async close(): Promise<void> {
    await this.#stop?.();
    this.#listeners.clear();
    this.#all.clear();
  }

  #tell(change: RunChange | 'reconnected'): void {
    const targets =
      change === 'reconnected'
        ? [...this.#listeners.values()].flatMap((set) => [...set])
        : this.#listeners.get(change.runId);
    for (const listener of [...(targets ?? []), ...this.#all]) listener(change);
  }
}
