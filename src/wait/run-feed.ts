import type { PipelineContext } from '../http/call-hosted.js';
import { readAgainReason, readUntilEnd, type NextRequest } from '../shared/runs/read-until-end.js';
import { isFinalState } from '../shared/runs/run-state.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { getLongPollSeconds, readRun, type InlineOutput } from './read-run.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';
import { WaitRetries } from './wait-retries.js';

/** A caller that follows a run. */
interface Follower {
  /** Whether the follower needs the record after every change. If false, it needs only the final record. */
  readonly wantsChanges: boolean;
  /** Whether to request the output with the final record. */
  readonly wantsOutput: boolean;
  /** The initial polling interval, in milliseconds, for a server without long polling. */
  readonly pollInterval: number;
  /** The maximum polling interval, in milliseconds. */
  readonly maxPollInterval: number;
  /** Timeout for each request, in milliseconds. @default the client's `timeout` */
  readonly timeout?: number | undefined;
  /** Maximum time to retry consecutive errors, in milliseconds. @default the client's `retryFor` */
  readonly retryFor?: number | undefined;
  /** The time by which the follower needs a response, as a `performance.now()` value. @default no limit */
  readonly responseDeadline?: number;
  onStatus(status: RunStatus): void;
  /** Called if the run can no longer be followed, for example because it was deleted. */
  onError(error: unknown): void;
  /** Called for each transient error. */
  onTransientError(error: unknown): void;
}

/**
 * Polls a run for any number of followers, in a single loop that runs while there are followers. Transient errors are retried for as long
 * as the longest `retryFor` of the followers allows.
 */
export class RunFeed {
  readonly #context: PipelineContext;
  readonly #requestId: string;
  readonly #followers = new Set<Follower>();
  #loopController: AbortController | undefined;
  #requestController: AbortController | undefined;
  #sequence = 0;
  /** When the current long poll ends, as a `performance.now()` value. */
  #pollEndsAt = Infinity;
  #lastStatus: RunStatus | undefined;
  #output: InlineOutput | undefined;

  constructor(context: PipelineContext, requestId: string) {
    this.#context = context;
    this.#requestId = requestId;
  }

  /** Passes the latest record, if any, and then every new record to the follower. @returns A function that removes the follower. */
  follow(follower: Follower): () => void {
    if (this.#lastStatus) follower.onStatus(this.#lastStatus);
    if (this.#lastStatus && isFinalState(this.#lastStatus.state)) return () => undefined;
    const wantedChanges = this.#wantsChanges;
    this.#followers.add(follower);
    if (!this.#loopController) this.#startLoop();
    else if (!wantedChanges && follower.wantsChanges) this.#requestController?.abort(readAgainReason);
    else if ((follower.responseDeadline ?? Infinity) < this.#pollEndsAt)
      this.#requestController?.abort(readAgainReason);
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#stopLoop();
    };
  }

  /** Returns and clears the output that the server sent with the latest record, if any. */
  takeOutput(): InlineOutput | undefined {
    const output = this.#output;
    this.#output = undefined;
    return output;
  }

  get #wantsChanges(): boolean {
    return [...this.#followers].some((follower) => follower.wantsChanges);
  }

  /** The longest `retryFor` of the followers, in milliseconds. */
  get #retryFor(): number {
    const { settings } = this.#context.connection;
    return Math.max(...[...this.#followers].map(({ retryFor = settings.retryFor }) => retryFor));
  }

  /** The longest request timeout of the followers, in milliseconds. */
  get #timeout(): number | undefined {
    const timeouts = [...this.#followers].map(({ timeout }) => timeout ?? this.#context.connection.settings.timeout);
    return timeouts.length > 0 ? Math.max(...timeouts) : undefined;
  }

  #startLoop(): void {
    const controller = new AbortController();
    this.#loopController = controller;
    this.#poll(controller.signal).then(
      () => {
        if (!controller.signal.aborted) this.#loopController = undefined;
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        this.#loopController = undefined;
        for (const follower of [...this.#followers]) follower.onError(error);
      },
    );
  }

  #stopLoop(): void {
    const noFollowers = new Error('The run has no followers');
    this.#loopController?.abort(noFollowers);
    this.#loopController = undefined;
    this.#requestController?.abort(noFollowers);
  }

  async #poll(loopSignal: AbortSignal): Promise<void> {
    const retries = new WaitRetries(this.#context.connection, () => this.#retryFor);
    const snapshots = readUntilEnd({
      since: this.#sequence,
      next: () => this.#createRequest(loopSignal),
      read: (since, signal) => {
        const wantsOutput = [...this.#followers].some((follower) => follower.wantsOutput);
        const seconds = getLongPollSeconds(
          [...this.#followers].map(({ responseDeadline = Infinity }) => responseDeadline),
        );
        this.#pollEndsAt = performance.now() + 1000 * seconds;
        const poll = { seconds, since, wantsOutput };
        return readRun(this.#context, this.#requestId, { signal, maxRetries: 0, timeout: this.#timeout }, poll);
      },
      getRetryDelay: retries.recordError,
      pause: retries.pause,
      onTransientError: (error) => {
        for (const follower of this.#followers) follower.onTransientError(error);
      },
    });
    try {
      for await (const { status, sequence, output } of snapshots) {
        retries.reset();
        if (loopSignal.aborted) return;
        this.#sequence = sequence;
        this.#lastStatus = status;
        this.#output = output;
        for (const follower of [...this.#followers]) follower.onStatus(status);
      }
    } finally {
      retries.reset();
    }
  }

  #createRequest(loopSignal: AbortSignal): NextRequest {
    throwIfAborted(loopSignal);
    this.#requestController = new AbortController();
    const followers = [...this.#followers];
    return {
      signal: this.#requestController.signal,
      wantsChanges: this.#wantsChanges,
      pollInterval: Math.min(...followers.map((follower) => follower.pollInterval)),
      maxPollInterval: Math.min(...followers.map((follower) => follower.maxPollInterval)),
    };
  }
}
