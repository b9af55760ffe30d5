import { stat } from 'node:fs/promises';
import type { ModuleName } from '../shared/modules/module.js';
import type { FileResult } from '../shared/types/many-files.js';

type Chain = readonly ModuleName[];

/** Bytes of output files whose parsed content is kept for whoever comes later. */
const keptBytes = 16 * 1024 * 1024;

/**
 * The results of a batch: for those who read along, each with their own queue, and for those who come later. It says whether more
 * is wanted: readers set the pace, unless somebody waits for all.
 */
export class ResultBoard<C extends Chain> {
  readonly #kept: FileResult<C>[] = [];
  readonly #queues = new Set<FileResult<C>[]>();
  readonly #waiting = new Set<() => void>();
  readonly #room: number;
  #budget = keptBytes;
  #allWanted = false;
  #end: { error?: unknown } | undefined;

  /** @param room Results that may wait for a reader. */
  constructor(room: number) {
    this.#room = room;
  }

  get kept(): readonly FileResult<C>[] {
    return this.#kept;
  }

  /** From now on nobody is waited for. */
  wantAll(): void {
    this.#allWanted = true;
    this.#wake();
  }

  async add(result: FileResult<C>): Promise<void> {
    const kept = await this.#lighten(result);
    // at one moment, so that whoever begins to read sees it either way
    this.#kept.push(kept);
    for (const queue of this.#queues) queue.push(result);
    this.#wake();
  }

  /** @param end With an `error`, readers get that after the results. */
  end(end: { error?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }

  /** Resolves when somebody wants another result; at once when the signal is aborted. */
  async untilWanted(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#allWanted && ![...this.#queues].some((queue) => queue.length < this.#room)) {
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

  /** Without its output, once what is kept is enough. */
  async #lighten(result: FileResult<C>): Promise<FileResult<C>> {
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
