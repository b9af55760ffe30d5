import { stat } from 'node:fs/promises';
import type { ModuleName } from '../shared/modules/module.js';
import { classOf } from '../shared/rules/class-of.js';
import type { FileResult } from '../shared/types/files/many-files.js';

type Chain = readonly ModuleName[];

/** Approximate maximum total size of the outputs to keep in memory for later readers, in bytes. */
const maxKeptOutputBytes = 16 * 1024 * 1024;

/**
 * Collects a batch's results. Each reader has a queue and gets all results, even if it starts late. Readers apply backpressure until a
 * caller requests all results.
 */
export class BatchResults<C extends Chain> {
  readonly #results: FileResult<C>[] = [];
  readonly #queues = new Set<FileResult<C>[]>();
  readonly #waiters = new Set<() => void>();
  readonly #maxUnreadResults: number;
  #remainingOutputBytes = maxKeptOutputBytes;
  #areAllRequested = false;
  #end: { error?: unknown } | undefined;

  /** @param maxUnreadResults With backpressure, a file starts only if at least one reader has fewer unread results than this. */
  constructor(maxUnreadResults: number) {
    this.#maxUnreadResults = maxUnreadResults;
  }

  get results(): readonly FileResult<C>[] {
    return this.#results;
  }

  /** Turns off backpressure, so that all results are collected without waiting for readers. */
  requestAll(): void {
    this.#areAllRequested = true;
    this.#wake();
  }

  async add(result: FileResult<C>): Promise<void> {
    const stored = await this.#dropOutputIfOverLimit(result);
    // do not await between these statements, because a reader that started in between would get the result twice
    this.#results.push(stored);
    for (const queue of this.#queues) queue.push(result);
    this.#wake();
  }

  /** Marks the results as complete. @param end If it has an `error`, readers throw that error after the last result. */
  end(end: { error?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }

  /** Waits until a reader wants another result, all results are requested, or the signal is aborted. */
  async waitForDemand(signal: AbortSignal): Promise<void> {
    while (
      !signal.aborted &&
      !this.#areAllRequested &&
      ![...this.#queues].some((queue) => queue.length < this.#maxUnreadResults)
    ) {
      await this.#waitForChange(signal);
    }
  }

  async *read(): AsyncGenerator<FileResult<C>> {
    const queue = [...this.#results];
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
          await this.#waitForChange();
        }
      }
    } finally {
      this.#queues.delete(queue);
    }
  }

  /** Returns the result to keep for later readers, without its output if the total size of all outputs exceeds `maxKeptOutputBytes`. */
  async #dropOutputIfOverLimit(result: FileResult<C>): Promise<FileResult<C>> {
    if (result.status === 'failed' || result.result === null || (result.result.output as unknown) === null)
      return result;
    const { output, outputFiles } = result.result;
    this.#remainingOutputBytes -= outputFiles.length > 0 ? await getTotalSize(outputFiles) : estimateSize(output);
    return this.#remainingOutputBytes >= 0 ? result : { ...result, result: { ...result.result, output: null } };
  }

  async #waitForChange(signal?: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    try {
      await new Promise<void>((resolve) => {
        wake = resolve;
        this.#waiters.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    } finally {
      this.#waiters.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}

async function getTotalSize(paths: readonly string[]): Promise<number> {
  const all = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return all.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}

function estimateSize(output: unknown): number {
  if (classOf(output) === 'Uint8Array') return (output as Uint8Array).length;
  return typeof output === 'string' ? output.length : JSON.stringify(output).length;
}
