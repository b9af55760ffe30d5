import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Connection } from '../http/connection.js';
import { discover } from '../http/discover.js';
import { retryDelay } from '../http/retry-policy.js';
import { isFinalState } from '../shared/runs/run-state.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunObserver } from '../shared/runs/run-observer.js';
import type { RunEvent } from '../shared/runs/run-event.js';
import { HoldAtExit } from './hold-at-exit.js';
import { EventQueue, type QueuedEvent } from './event-queue.js';
import { isRefusal, sendBatch, type Sent } from './send-batch.js';
import { writeEvent } from './write-event.js';

/** Milliseconds that reports are gathered before they are sent. */
const gatherMs = 50;
/** Milliseconds that a request may take, and that one may after another did not come through: a slow server gets more time. */
const patienceMs = [5000, 10_000] as const;
/** Milliseconds more at a program's end for a server that has not failed to answer: it may be slow. */
const slownessMs = 2000;
/** Milliseconds between signs of life of runs that have nothing to report; a cancellation arrives with their answers. */
const beatMs = 10_000;
/** What waits for a server that is away, in characters of JSON and in reports. */
const queueLimits = { characters: 32 * 1024 ** 2, reports: 200_000 };
const batchLimits = { characters: eventLimits.requestBytes, reports: eventLimits.reports };

interface FollowedRun {
  /** The number of the last report that was queued. */
  sequence: number;
  readonly cancels: Set<(reason?: string) => void>;
  isOver: boolean;
  /** The server has taken something of it: only then does a sign of life mean anything. */
  isKnown: boolean;
  /** The server takes nothing for it. */
  isUnwanted: boolean;
}

/**
 * Reports the runs of this program to one server, in the background: in order, many at once, again and again until they have arrived.
 * It is the runs' guest: it never throws, is never waited for, and keeps no program alive, except for a moment at its end.
 */
export class Reporter {
  readonly #connection: Connection;
  readonly #id = randomUUID();
  readonly #queue: EventQueue;
  readonly #runs = new Map<string, FollowedRun>();
  readonly #said = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #exit = new HoldAtExit((milliseconds) => this.#flushAtExit(milliseconds));
  #inFlight: AbortController | undefined;
  /** When the program's end is held back no longer. */
  #endsAt = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isBeatDue = false;
  #isSending = false;
  #faults = 0;
  /** Less after a refusal, until the report is found that is refused. */
  #batchEvents: number = batchLimits.reports;
  #isOff = false;
  #takesReports = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#queue = new EventQueue(queueLimits, () =>
      this.#sayOnce(
        'The server is away, and too much waits to be reported to it: progress and log lines are left out.',
      ),
    );
  }

  /** Who reports, to the server. */
  get id(): string {
    return this.#id;
  }

  observer(worker: string | null): RunObserver {
    return {
      worker,
      report: (report) => this.add(report),
      opened: (runId, cancel) => void this.#follow(runId).cancels.add(cancel),
    };
  }

  /** Queues a report. One that was queued already, by another way, is left out. */
  add(report: RunEvent): void {
    if (this.#isOff) return;
    const begins = report.type === 'run-created' || report.type === 'run-resumed';
    // the last words of a run that is over and done with
    const run = this.#follow(report.run, !begins);
    if (run.isUnwanted || report.sequence <= run.sequence) return;
    run.sequence = report.sequence;
    if (report.type === 'run-resumed') run.isOver = false;
    if (report.type === 'run-state' && isFinalState(report.state)) run.isOver = true;
    const { run: id, sequence, type } = report;
    this.#queue.add({ run: id, sequence, type, text: writeEvent(report) });
    this.#exit.arm();
    // a run's end is not kept waiting: its program may be at its end, too
    this.#schedule(run.isOver && this.#faults === 0 ? 0 : gatherMs);
  }

  /** Waits until everything has arrived, at most so many milliseconds. @returns Whether it has. */
  async flush(milliseconds: number): Promise<boolean> {
    if (this.#isIdle) return true;
    // whoever waits is not kept waiting for the next attempt
    this.#schedule(0, true);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(finish);
        resolve(this.#isIdle);
      };
      const timer = setTimeout(finish, milliseconds);
      this.#waiting.add(finish);
    });
  }

  async #flushAtExit(milliseconds: number): Promise<void> {
    this.#endsAt = performance.now() + milliseconds + slownessMs;
    const hasArrived = (await this.flush(milliseconds)) || (this.#faults === 0 && (await this.flush(slownessMs)));
    if (!hasArrived) this.#inFlight?.abort(new Error('the program is at its end'));
    this.#endsAt = Infinity;
  }

  get #isIdle(): boolean {
    return this.#queue.size === 0;
  }

  #follow(id: string, isOver = false): FollowedRun {
    const known = this.#runs.get(id);
    if (known) return known;
    const run: FollowedRun = { sequence: 0, cancels: new Set(), isOver, isKnown: false, isUnwanted: false };
    this.#runs.set(id, run);
    this.#beat ??= setInterval(() => {
      this.#isBeatDue = true;
      this.#schedule(0);
    }, beatMs).unref();
    return run;
  }

  #schedule(milliseconds: number, isUrgent = false): void {
    if (this.#isSending || this.#isOff) return;
    if (this.#timer) {
      if (!isUrgent && (milliseconds > 0 || this.#faults > 0)) return;
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => void this.#send(), milliseconds).unref();
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    if (this.#isSending) return;
    this.#isSending = true;
    const reports = this.#queue.peek({ ...batchLimits, reports: this.#batchEvents });
    const alive = this.#isBeatDue ? this.#openRuns().slice(0, eventLimits.alive) : [];
    let delay = gatherMs;
    try {
      if (reports.length > 0 || alive.length > 0) await this.#exchange(reports, alive);
      this.#faults = 0;
    } catch (error) {
      delay = this.#afterFault(error, reports);
    }
    this.#isSending = false;
    this.#inFlight = undefined;
    this.#settle();
    if (!this.#isIdle || this.#isBeatDue) this.#schedule(delay);
  }

  async #exchange(reports: readonly QueuedEvent[], alive: readonly string[]): Promise<void> {
    const stop = (this.#inFlight = new AbortController());
    const left = Math.max(1, Math.ceil(this.#endsAt - performance.now()));
    const timeout = Math.min(patienceMs[this.#faults === 0 ? 0 : 1], left);
    const options = { timeout, maxRetries: 0, signal: stop.signal };
    if (!this.#takesReports) await this.#meetServer(options);
    const sent = await sendBatch(this.#connection, { reporter: this.#id, reports, alive }, options);
    if (alive.length > 0) this.#isBeatDue = false;
    this.#batchEvents = batchLimits.reports;
    this.#takeResponse(sent, reports);
  }

  /** Asked apart from the client's own question: whoever waits for that one keeps the program alive. */
  async #meetServer(options: RequestOptions): Promise<void> {
    const { kind } = await discover(this.#connection, options, true);
    if (kind === 'hosted') {
      throw new ConfigurationError(
        `${this.#connection.apiUrl} speaks the hosted protocol only, which takes no reports.`,
      );
    }
    this.#takesReports = true;
  }

  #takeResponse({ runs, refused }: Sent, reports: readonly QueuedEvent[]): void {
    const gone = new Set(reports);
    this.#queue.remove((item) => gone.has(item));
    if (refused[0] !== undefined) this.#sayOnce(`The server does not take some of the reports (${refused[0]}).`);
    for (const [id, { state, cancel }] of runs) {
      const run = this.#runs.get(id);
      if (!run) continue;
      if (state === null) {
        run.isUnwanted = true;
        this.#connection.settings.log.info(
          `run ${id} is not reported any more: the server does not know it, or deleted it`,
        );
        this.#queue.remove((item) => item.run === id);
        continue;
      }
      run.isKnown = true;
      if (state === 'crashed') {
        this.#sayOnce(`The server heard nothing for too long, and holds run ${id} for crashed. It goes on here.`);
      }
      if (cancel && !run.isOver) {
        for (const stop of run.cancels) stop('cancelled on the server');
        run.cancels.clear();
      }
    }
  }

  /** @returns Milliseconds until the next attempt. */
  #afterFault(error: unknown, reports: readonly QueuedEvent[]): number {
    const words = error instanceof Error ? error.message : String(error);
    if (error instanceof ConfigurationError) {
      this.#sayOnce(`Runs are not reported. ${words}`);
      this.#turnOff();
      return 0;
    }
    if (isRefusal(error) && reports.length > 0) {
      // sent again in smaller parts, until the one is alone that is refused
      if (reports.length > 1) this.#batchEvents = Math.ceil(reports.length / 2);
      else {
        this.#queue.remove((item) => item === reports[0]);
        this.#sayOnce(`The server does not take some of the reports. ${words}`);
      }
      return 0;
    }
    this.#sayOnce(`The runs go on, and what is to be reported waits. ${words}`);
    // at most eight seconds: well below the silence that a server takes for the end of a program
    return retryDelay(this.#faults++);
  }

  #settle(): void {
    const waiting = this.#queue.runs();
    for (const [id, run] of this.#runs) if (run.isOver && !waiting.has(id)) this.#runs.delete(id);
    if (this.#runs.size === 0) {
      clearInterval(this.#beat);
      this.#beat = undefined;
      this.#isBeatDue = false;
    }
    if (!this.#isIdle) return;
    this.#exit.disarm();
    for (const finish of [...this.#waiting]) finish();
  }

  #openRuns(): string[] {
    return [...this.#runs].filter(([, run]) => run.isKnown && !run.isOver && !run.isUnwanted).map(([id]) => id);
  }

  #turnOff(): void {
    this.#isOff = true;
    this.#queue.remove(() => true);
    this.#runs.clear();
  }

  #sayOnce(words: string): void {
    // a message names addresses and reasons that differ; its first words do not
    const kind = words.slice(0, 40);
    if (this.#said.has(kind)) return;
    this.#said.add(kind);
    this.#connection.settings.log.warn(words);
  }
}
