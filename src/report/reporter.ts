import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Connection } from '../http/connection.js';
import { getRetryDelay } from '../http/retry-policy.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import type { RunObserver } from '../shared/runs/run-observer.js';
import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';
import { DeliveryWaiters } from './serving/delivery-waiters.js';
import { findParent } from './find-parent.js';
import { ReportedRuns } from './reported-runs.js';
import { ExitDelay } from './exit-delay.js';
import { ExitReporter } from './exit-reporter.js';
import { EventQueue, pendingLimits, type QueuedEvent } from './event-queue.js';
import { findRefusedRunIds, isRejection, RunEventsUnsupportedError, getUnsupportedRetryDelay } from './batch-errors.js';
import { BatchSender } from './batch-sender.js';
import { Heartbeat } from './heartbeat.js';
import { serializeEvent } from './serialize-event.js';
import { messageOf } from '../shared/rules/class-of.js';
import { unref } from '../shared/runtime/unref.js';

/** How long to collect events before sending a batch, in milliseconds. */
const batchDelayMs = 50;
/** Additional exit delay, in milliseconds, if requests are slow but have not failed. */
const extraExitDelayMs = 2000;
const batchLimits = { characters: eventLimits.requestCharacters, events: eventLimits.events };

/**
 * Sends run events and heartbeats to a server in the background, and retries failed requests. Events are sent in order and in batches. Only
 * claimed runs wait until the server has stored their outputs. Pending events delay the process exit only briefly.
 */
export class Reporter {
  readonly id = randomUUID();
  readonly #connection: Connection;
  readonly #queue: EventQueue;
  readonly #runs = new ReportedRuns();
  readonly #warnedKinds = new Set<string>();
  readonly #flushCallbacks = new Set<() => void>();
  readonly #deliveryWaiters = new DeliveryWaiters();
  readonly #sender: BatchSender;
  readonly #heartbeat = new Heartbeat(() => this.#schedule(0));
  readonly #exitDelay = new ExitDelay((timeoutMs) => this.#flushAtExit(timeoutMs));
  readonly exitReporter = new ExitReporter(this.#runs, (timeoutMs) => this.#flushAtExit(timeoutMs));
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #failureCount = 0;
  /** Halved when the server rejects a batch, to isolate the rejected event. Reset after a successful request. */
  #maxBatchEvents: number = batchLimits.events;
  #isDisabled = false;
  /** Whether the server seems not to accept run events. The reporter keeps trying, because the response may have come from a proxy. */
  #isUnsupported = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.findParent = () => findParent(this.#runs, (timeoutMs) => this.flush(timeoutMs));
    this.#sender = new BatchSender(connection);
    this.#queue = new EventQueue(pendingLimits, () =>
      this.#warnOnce(
        'full',
        'The server cannot be reached and the event queue is full, so progress and log lines are dropped.',
      ),
    );
  }

  createObserver(workerId: string | null): RunObserver {
    return {
      worker: workerId,
      report: (event) => this.add(event),
      opened: (runId, cancel) => {
        this.#runs.onCancel(runId, cancel);
        this.#heartbeat.start();
      },
    };
  }

  /** Sends heartbeats often enough to keep a claimed run's lease. Calls `onLost` when the server no longer accepts the run's events. */
  holdLease(runId: string, onLost: () => void): void {
    this.#runs.onLeaseLoss(runId, onLost);
    this.#heartbeat.switchToLeaseInterval();
  }

  /** Queues an event, and waits until the event has been stored, rejected or discarded. */
  async deliver(event: RunEvent): Promise<void> {
    this.add(event);
    if (this.#isDisabled || this.#runs.isDropped(event.run)) return;
    const delivered = this.#deliveryWaiters.wait(event.run, event.sequence);
    if (this.#failureCount === 0) this.#schedule(0, true);
    await delivered;
  }

  /** Stops reporting a run, and discards its pending events. */
  drop(runId: string): void {
    this.#runs.drop(runId);
    this.#queue.removeRun(runId);
    this.#deliveryWaiters.settle(runId, Infinity);
  }

  /** Queues an event. Ignores duplicates, because an observer and a `ServerStore` can add the same event. */
  add(event: RunEvent): void {
    if (this.#isDisabled) return;
    const run = this.#runs.register(event);
    this.#heartbeat.start();
    if (!run) return;
    this.exitReporter.updateListeners();
    this.#queue.add({ runId: event.run, sequence: event.sequence, type: event.type, text: serializeEvent(event) });
    if (this.#isUnsupported && this.#queue.exceedsLimits()) this.#discardAll();
    this.#exitDelay.arm();
    // send a run's final event immediately, because the process may be about to exit
    this.#schedule(run.hasEnded && this.#failureCount === 0 ? 0 : batchDelayMs);
  }

  /** Sends pending events. Stops waiting after the timeout or if the server accepts no run events. @returns Whether the queue is empty. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#queue.size === 0) return true;
    this.#schedule(0, true);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#flushCallbacks.delete(finish);
        resolve(this.#queue.size === 0);
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#flushCallbacks.add(finish);
    });
  }

  async #flushAtExit(timeoutMs: number): Promise<void> {
    await this.#sender.flushAtExit(
      timeoutMs + extraExitDelayMs,
      async () => (await this.flush(timeoutMs)) || (this.#failureCount === 0 && (await this.flush(extraExitDelayMs))),
    );
  }

  #schedule(delayMs: number, isUrgent = false): void {
    if (this.#isSending || this.#isDisabled) return;
    if (this.#timer) {
      if (!isUrgent && (delayMs > 0 || this.#failureCount > 0)) return;
      clearTimeout(this.#timer);
    }
    this.#timer = unref(setTimeout(() => void this.#send(), delayMs));
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    if (this.#isSending) return;
    this.#isSending = true;
    const events = this.#queue.peek({ ...batchLimits, events: this.#maxBatchEvents });
    const alive = this.#heartbeat.isDue ? this.#heartbeat.selectRuns(this.#runs.listHeartbeatRuns()) : [];
    let delayMs = batchDelayMs;
    try {
      if (events.length > 0 || alive.length > 0) await this.#sendBatch(events, alive);
      this.#failureCount = 0;
    } catch (error) {
      delayMs = this.#handleFailure(error, events);
    }
    this.#isSending = false;
    this.#updateAfterRequest();
    if (this.#queue.size > 0 || this.#heartbeat.isDue) this.#schedule(delayMs);
  }

  async #sendBatch(events: readonly QueuedEvent[], alive: readonly string[]): Promise<void> {
    const isRetry = this.#failureCount > 0;
    await this.#sender.checkServer(isRetry);
    this.#isUnsupported = false;
    const { runs, rejectionReasons } = await this.#sender.send({ reporter: this.id, events, alive }, isRetry);
    if (alive.length > 0) this.#heartbeat.markSent(alive);
    this.#maxBatchEvents = batchLimits.events;
    this.#removeSent(events);
    const [reason] = rejectionReasons;
    if (reason !== undefined) this.#warnOnce('refused', `The server rejected some events (${reason}).`);
    for (const [id, run] of runs) this.#handleResponse(id, run);
  }

  #handleResponse(runId: string, response: ReportedRun): void {
    if (this.#runs.handleResponse(runId, response)) return;
    this.#connection.settings.log.info(`run ${runId} is no longer reported, because the server rejects its events`);
    this.drop(runId);
  }

  /** Handles a failed request. @returns The delay before the next attempt, in milliseconds. */
  #handleFailure(error: unknown, events: readonly QueuedEvent[]): number {
    const reason = messageOf(error);
    if (error instanceof ConfigurationError) {
      this.#warnOnce('off', `Runs are not reported. ${reason}`);
      this.#isDisabled = true;
      this.#discardAll();
      return 0;
    }
    if (error instanceof RunEventsUnsupportedError) {
      this.#isUnsupported = true;
      this.#warnOnce('off', `Runs are not reported for now. The client will try again. ${reason}`);
      return getUnsupportedRetryDelay(this.#failureCount++);
    }
    const refusedRunIds = findRefusedRunIds(error);
    for (const id of refusedRunIds) this.#handleResponse(id, { sequence: 0, state: null, cancel: false });
    if (refusedRunIds.length > 0) {
      this.#warnOnce('refused', `Some runs are not reported. ${reason}`);
      return 0;
    }
    if (isRejection(error) && events.length > 0) {
      // retry in smaller batches until a batch contains only the rejected event
      if (events.length > 1) this.#maxBatchEvents = Math.ceil(events.length / 2);
      else {
        this.#removeSent(events);
        this.#warnOnce('refused', `The server rejected some events. ${reason}`);
      }
      return 0;
    }
    this.#warnOnce(
      'waiting',
      `Failed to report runs. The runs continue, and their events will be sent later. ${reason}`,
    );
    // the delay is at most 8 seconds, which is well below the default timeout after which the server marks runs as crashed
    return getRetryDelay(this.#failureCount++);
  }

  /** Removes events that the server has accepted or will never accept. */
  #removeSent(events: readonly QueuedEvent[]): void {
    this.#queue.removeSent(events);
    for (const { runId, sequence } of events) this.#deliveryWaiters.settle(runId, sequence);
  }

  #updateAfterRequest(): void {
    this.#runs.removeEnded((run) => this.#queue.has(run));
    if (this.#runs.size === 0) this.#heartbeat.stop();
    this.exitReporter.updateListeners();
    if (this.#queue.size === 0) this.#exitDelay.disarm();
    else if (!this.#isUnsupported) return;
    for (const finish of [...this.#flushCallbacks]) finish();
  }

  #discardAll(): void {
    this.#deliveryWaiters.settleAll();
    this.#queue.clear();
    this.#runs.clear();
  }

  #warnOnce(kind: 'full' | 'refused' | 'off' | 'waiting', message: string): void {
    if (this.#warnedKinds.has(kind)) return;
    this.#warnedKinds.add(kind);
    this.#connection.settings.log.warn(message);
  }
}
