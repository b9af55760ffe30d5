import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Connection } from '../http/connection.js';
import { discover } from '../http/discover.js';
import { retryDelay } from '../http/retry-policy.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunObserver } from '../shared/runs/run-observer.js';
import type { RunEvent } from '../shared/runs/run-event.js';
import { FollowedRuns } from './followed-runs.js';
import { HoldAtExit } from './hold-at-exit.js';
import { EventQueue, type QueuedEvent } from './event-queue.js';
import { isRefusal, sendBatch, type Sent } from './send-batch.js';
import { writeEvent } from './write-event.js';

/** Milliseconds that events are gathered before they are sent. */
const gatherMs = 50;
/** Timeout of a request in milliseconds: of the first attempt, and of each attempt after a failure, for a slow server. */
const timeoutMs = [5000, 10_000] as const;
/** Further milliseconds at the end of a program, for a slow server. Not for one that failed to respond. */
const slownessMs = 2000;
/** Milliseconds between heartbeats of runs in progress. The response also says which runs were cancelled. */
const heartbeatMs = 10_000;
/** What waits while the server cannot be reached. */
const queueLimits = { characters: 32 * 1024 ** 2, events: 200_000 };
const batchLimits = { characters: eventLimits.requestBytes, events: eventLimits.events };

const reporters = new WeakMap<Connection, Reporter>();

/** Returns the reporter of a client. There is one per client, so that its events keep their order. */
export function reporterOf(connection: Connection): Reporter {
  const known = reporters.get(connection);
  if (known) return known;
  const reporter = new Reporter(connection);
  reporters.set(connection, reporter);
  return reporter;
}

/** Returns the reporter of a client; `undefined` when nothing was reported through the client. */
export function findReporter(connection: Connection): Reporter | undefined {
  return reporters.get(connection);
}

/**
 * Sends the events of this program's runs to one server, in the background: in order, in batches, with retries until they arrive.
 * It never disturbs the runs: it never throws, no run waits for it, and it keeps no program alive, except briefly at its end.
 */
export class Reporter {
  /** Tells the server which program sends the events. */
  readonly id = randomUUID();
  readonly #connection: Connection;
  readonly #queue: EventQueue;
  readonly #runs = new FollowedRuns();
  readonly #warned = new Set<string>();
  readonly #flushes = new Set<() => void>();
  readonly #exit = new HoldAtExit((milliseconds) => this.#flushAtExit(milliseconds));
  #inFlight: AbortController | undefined;
  /** When the program is no longer held back from its end, by `performance.now()`. */
  #endsAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isHeartbeatDue = false;
  #isSending = false;
  #failures = 0;
  /** Smaller after a refusal, until the refused event is found. */
  #batchEvents: number = batchLimits.events;
  #isOff = false;
  #hasMetServer = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#queue = new EventQueue(queueLimits, () =>
      this.#warnOnce(
        'full',
        'The server cannot be reached, and too much is waiting: progress and log lines are left out.',
      ),
    );
  }

  observer(worker: string | null): RunObserver {
    return {
      worker,
      report: (event) => this.add(event),
      opened: (runId, cancel) => {
        this.#runs.onCancel(runId, cancel);
        this.#startHeartbeat();
      },
    };
  }

  /** Queues an event. Ignores one that was queued before, for example through a store. */
  add(event: RunEvent): void {
    if (this.#isOff) return;
    const run = this.#runs.accept(event);
    this.#startHeartbeat();
    if (!run) return;
    this.#queue.add({ run: event.run, sequence: event.sequence, type: event.type, text: writeEvent(event) });
    this.#exit.arm();
    // the end of a run is sent at once: its program may end too
    this.#schedule(run.isOver && this.#failures === 0 ? 0 : gatherMs);
  }

  /** Waits until all events have arrived, or the time has passed. @returns Whether they have. */
  async flush(milliseconds: number): Promise<boolean> {
    if (this.#isIdle) return true;
    // the next attempt starts now
    this.#schedule(0, true);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#flushes.delete(finish);
        resolve(this.#isIdle);
      };
      const timer = setTimeout(finish, milliseconds);
      this.#flushes.add(finish);
    });
  }

  async #flushAtExit(milliseconds: number): Promise<void> {
    this.#endsAt = performance.now() + milliseconds + slownessMs;
    const hasArrived = (await this.flush(milliseconds)) || (this.#failures === 0 && (await this.flush(slownessMs)));
    if (!hasArrived) this.#inFlight?.abort(new Error('the program is at its end'));
    this.#endsAt = Infinity;
  }

  get #isIdle(): boolean {
    return this.#queue.size === 0;
  }

  #startHeartbeat(): void {
    this.#heartbeat ??= setInterval(() => {
      this.#isHeartbeatDue = true;
      this.#schedule(0);
    }, heartbeatMs).unref();
  }

  #schedule(milliseconds: number, isUrgent = false): void {
    if (this.#isSending || this.#isOff) return;
    if (this.#timer) {
      if (!isUrgent && (milliseconds > 0 || this.#failures > 0)) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => void this.#send(), milliseconds).unref();
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    if (this.#isSending) return;
    this.#isSending = true;
    const events = this.#queue.peek({ ...batchLimits, events: this.#batchEvents });
    const alive = this.#isHeartbeatDue ? this.#runs.alive().slice(0, eventLimits.alive) : [];
    let delay = gatherMs;
    try {
      if (events.length > 0 || alive.length > 0) await this.#exchange(events, alive);
      this.#failures = 0;
    } catch (error) {
      delay = this.#afterFailure(error, events);
    }
    this.#isSending = false;
    this.#inFlight = undefined;
    this.#settle();
    if (!this.#isIdle || this.#isHeartbeatDue) this.#schedule(delay);
  }

  async #exchange(events: readonly QueuedEvent[], alive: readonly string[]): Promise<void> {
    const stop = (this.#inFlight = new AbortController());
    const left = Math.max(1, Math.ceil(this.#endsAt - performance.now()));
    const timeout = Math.min(timeoutMs[this.#failures === 0 ? 0 : 1], left);
    const options = { timeout, maxRetries: 0, signal: stop.signal };
    if (!this.#hasMetServer) await this.#meetServer(options);
    const sent = await sendBatch(this.#connection, { reporter: this.id, events, alive }, options);
    if (alive.length > 0) this.#isHeartbeatDue = false;
    this.#batchEvents = batchLimits.events;
    this.#applyResponse(sent, events);
  }

  /** Does not share the client's own discovery, which keeps the program alive while it is awaited. */
  async #meetServer(options: RequestOptions): Promise<void> {
    const { kind } = await discover(this.#connection, options, true);
    if (kind === 'hosted') {
      throw new ConfigurationError(
        `${this.#connection.apiUrl} speaks the hosted protocol only, which has no events of runs.`,
      );
    }
    this.#hasMetServer = true;
  }

  #applyResponse({ runs, refused }: Sent, events: readonly QueuedEvent[]): void {
    const sent = new Set(events);
    this.#queue.remove((item) => sent.has(item));
    if (refused[0] !== undefined) this.#warnOnce('refused', `The server refused some of the events (${refused[0]}).`);
    for (const [id, run] of runs) {
      if (!this.#runs.update(id, run)) {
        this.#connection.settings.log.info(`run ${id} is no longer reported: the server does not accept its events`);
        this.#queue.remove((item) => item.run === id);
      }
      if (run.state === 'crashed') {
        this.#warnOnce(
          'crashed',
          `The server received no heartbeat for too long, and has marked run ${id} as crashed. It continues here.`,
        );
      }
    }
  }

  /** @returns Milliseconds until the next attempt. */
  #afterFailure(error: unknown, events: readonly QueuedEvent[]): number {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof ConfigurationError) {
      this.#warnOnce('off', `Runs are not reported. ${reason}`);
      this.#turnOff();
      return 0;
    }
    if (isRefusal(error) && events.length > 0) {
      // sent again in smaller batches, until one has the refused event alone
      if (events.length > 1) this.#batchEvents = Math.ceil(events.length / 2);
      else {
        this.#queue.remove((item) => item === events[0]);
        this.#warnOnce('refused', `The server refused some of the events. ${reason}`);
      }
      return 0;
    }
    this.#warnOnce('waiting', `The runs continue, and their events wait to be sent. ${reason}`);
    // at most eight seconds: well below the time after which a server marks runs as crashed
    return retryDelay(this.#failures++);
  }

  #settle(): void {
    this.#runs.forgetEnded(this.#queue.runs());
    if (this.#runs.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
      this.#isHeartbeatDue = false;
    }
    if (!this.#isIdle) return;
    this.#exit.disarm();
    for (const finish of [...this.#flushes]) finish();
  }

  #turnOff(): void {
    this.#isOff = true;
    this.#queue.remove(() => true);
    this.#runs.clear();
  }

  #warnOnce(kind: 'full' | 'refused' | 'crashed' | 'off' | 'waiting', message: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#connection.settings.log.warn(message);
  }
}
