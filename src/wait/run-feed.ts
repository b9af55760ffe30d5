import { isTransientFault } from './transient-fault.js';
import { readRun, type InlineOutput, type RunReading } from './read-run.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { ApiError } from '../errors/api-error.js';
import { retryDelay } from '../http/retry-policy.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { isFinal } from './run-states.js';

export interface Follower {
  /** Wants to know of every change, not only of the end. */
  readonly wantsChanges: boolean;
  /** Will fetch the output of a run that is completed: a small one may come with the record. */
  readonly wantsOutput: boolean;
  readonly pollInterval: number;
  readonly maxPollInterval: number;
  onStatus(status: RunStatus): void;
  /** The run cannot be followed any further: it is gone, or the key is not accepted. */
  onError(error: unknown): void;
  /** A passing fault, for whoever has to explain a wait that came to nothing. */
  onFault(error: unknown): void;
}

const longPollSeconds = 25;

/**
 * Follows one run for any number of followers, by one loop that runs while there are any. On our own server a look is a request that
 * the server holds back until there is something to say; on others it is repeated at growing intervals.
 *
 * No fault that may pass ends it: it is for the followers to say how long they care.
 */
export class RunFeed {
  readonly #context: PipelineContext;
  readonly #requestId: string;
  readonly #followers = new Set<Follower>();
  #stop: AbortController | undefined;
  /** Ends the look under way so that the next one can be of the kind that is wanted now. */
  #look: AbortController | undefined;
  #sequence = 0;
  #last: RunStatus | undefined;
  #output: InlineOutput | undefined;

  constructor(context: PipelineContext, requestId: string) {
    this.#context = context;
    this.#requestId = requestId;
  }

  /** What is known is told at once. @returns A function that ends it. */
  follow(follower: Follower): () => void {
    if (this.#last) follower.onStatus(this.#last);
    if (this.#last && isFinal(this.#last)) return () => undefined;
    const hadChanges = this.#wantsChanges;
    this.#followers.add(follower);
    if (!this.#stop) this.#start();
    else if (!hadChanges && follower.wantsChanges) this.#look?.abort(lookAgain);
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#halt();
    };
  }

  /** The output, if it came with the last record: given once, and not kept. */
  takeOutput(): InlineOutput | undefined {
    const output = this.#output;
    this.#output = undefined;
    return output;
  }

  get #wantsChanges(): boolean {
    return [...this.#followers].some((follower) => follower.wantsChanges);
  }

  #start(): void {
    const stop = new AbortController();
    this.#stop = stop;
    this.#run(stop).catch((error: unknown) => {
      if (stop.signal.aborted) return;
      this.#stop = undefined;
      for (const follower of [...this.#followers]) follower.onError(error);
    });
  }

  #halt(): void {
    const stop = this.#stop;
    this.#stop = undefined;
    stop?.abort(new Error('no one waits any more'));
    this.#look?.abort(lookAgain);
  }

  async #run(stop: AbortController): Promise<void> {
    const { default: pWaitFor } = await import('p-wait-for');
    let interval: number | undefined;
    let faults = 0;
    // The interval, the deadline and the signal stay out of its hands: it leaves a listener behind for every look
    // that is not the last.
    await pWaitFor(
      async () => {
        if (stop.signal.aborted) return true;
        const look = new AbortController();
        this.#look = look;
        const started = performance.now();
        try {
          const reading = await this.#read(look.signal);
          faults = 0;
          const isNews = reading.sequence === 0 || reading.sequence > this.#sequence;
          this.#sequence = reading.sequence;
          this.#last = reading.status;
          this.#output = reading.output;
          for (const follower of [...this.#followers]) follower.onStatus(reading.status);
          if (isFinal(reading.status)) return true;
          // a server that held its answer back, or has news, can be asked again at once
          if (reading.sequence > 0 && (isNews || performance.now() - started > 1000)) return false;
          interval = nextInterval(interval, [...this.#followers]);
          await sleep(interval * (0.8 + Math.random() * 0.4), look.signal);
        } catch (error) {
          if (error === lookAgain) return stop.signal.aborted;
          if (!isTransientFault(error)) throw error;
          for (const follower of this.#followers) follower.onFault(error);
          const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
          const delay = asked === undefined ? retryDelay(faults++) : Math.min(asked, 60_000);
          await sleep(delay, look.signal).catch(() => undefined);
        }
        return stop.signal.aborted;
      },
      { interval: 0 },
    );
    if (this.#stop === stop) this.#stop = undefined;
  }

  async #read(signal: AbortSignal): Promise<RunReading> {
    const poll = {
      seconds: longPollSeconds,
      ...(this.#wantsChanges && { since: this.#sequence }),
      wantsOutput: [...this.#followers].some((follower) => follower.wantsOutput),
    };
    return readRun(this.#context, this.#requestId, { signal, maxRetries: 0 }, poll);
  }
}

const lookAgain = new Error('look again');

function nextInterval(last: number | undefined, followers: readonly Follower[]): number {
  const first = Math.min(...followers.map((follower) => follower.pollInterval));
  const most = Math.min(...followers.map((follower) => follower.maxPollInterval));
  return Math.min(most, last === undefined ? first : last * 1.5);
}
