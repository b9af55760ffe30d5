import { stat } from 'node:fs/promises';
import type { ModuleName } from '../shared/modules/module.js';
import type { FileResult } from '../shared/types/many-files.js';

type Chain = readonly ModuleName[];

/** Maximum total size, in bytes, of the output files whose parsed content is kept for later readers. */
const maxKeptBytes = 16 * 1024 * 1024;

/**
 * Collects a batch's results. Every reader has its own queue and gets all results, even if it starts late. Readers apply
 * backpressure, unless a caller waits for all results.
 */
export class ResultBoard<C extends Chain> {
  readonly #kept: FileResult<C>[] = [];
  readonly #queues = new Set<FileResult<C>[]>();
  readonly #waiting = new Set<() => void>();
  readonly #queueSize: number;
  #budget = maxKeptBytes;
  #allWanted = false;
  #end: { error?: unknown } | undefined;

  /** @param queueSize Maximum number of results queued for a reader. */
  constructor(queueSize: number) {
    this.#queueSize = queueSize;
  }

  get kept(): readonly FileResult<C>[] {
    return this.#kept;
  }

  /** Stops waiting for readers. */
  wantAll(): void {
    this.#allWanted = true;
    this.#wake();
  }

  async add(result: FileResult<C>): Promise<void> {
    const kept = await this.#limitOutput(result);
    // added synchronously, so that a reader starting at the same time gets the result exactly once
    this.#kept.push(kept);
    for (const queue of this.#queues) queue.push(result);
    this.#wake();
  }

  /** Ends the batch. @param end If `end.error` is set, readers throw it after the last result. */
  end(end: { error?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }

  /** Waits until a reader wants another result. Resolves immediately if the signal is aborted. */
  async untilWanted(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#allWanted && ![...this.#queues].some((queue) => queue.length < this.#queueSize)) {
      await this.#change(signal);
    }
  }

  async *read(): AsyncGenerator<FileResult<C>> {
    const queue = [...this.#kept];
    this.#queues.add(queue);
    this.#wake();
    try {
      for (;;) {
        const result = queue.shift();
        if (result) {
          this.#wake();
          yield result;
        } else if (this.#end) {
          if ('error' in this.#end) throw this.#end.error;
          return;
        } else {
          await this.#change();
        }
      }
    } finally {
      this.#queues.delete(queue);
    }
  }

  /** Removes a result's output if the total would exceed `maxKeptBytes`. */
  async #limitOutput(result: FileResult<C>): Promise<FileResult<C>> {
    if (result.status === 'failed' || (result.result.output as unknown) === null) return result;
    for (const path of result.result.outputFiles) this.#budget -= (await stat(path).catch(() => undefined))?.size ?? 0;
    return this.#budget >= 0 ? result : { ...result, result: { ...result.result, output: null } };
  }

  async #change(signal?: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    try {
      await new Promise<void>((resolve) => {
        wake = resolve;
        this.#waiting.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    } finally {
      this.#waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
