import { randomUUID } from 'node:crypto';
import { endLevel, describeEnd, logSource } from '../../shared/runs/log-line.js';
import { RunRecord } from '../../shared/runs/run-record.js';
import { runName } from '../../shared/runs/run-name.js';
import type { Json } from '../../shared/types/json.js';
import type { LogLineLevel, ResumePoint, RunEvent } from '../../shared/runs/run-event.js';
import type { Progress, RunError, RunStatus } from '../../shared/runs/run-status.js';
import { Dependencies } from './dependencies.js';
import { Failures } from './failures.js';
import type { Outlets } from './outlets.js';
import { ProgressThrottle } from './progress-throttle.js';
import { EventRing } from './event-ring.js';
import { StoreWriter } from './store-writer.js';

/** A report without what the run adds to it. */
export type EventBody = RunEvent extends infer R
  ? R extends RunEvent
    ? Omit<R, 'run' | 'sequence' | 'at'>
    : never
  : never;

export interface RunStart {
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly of: string;
  readonly version: string | null;
  readonly input: () => Json;
  readonly outlets: Outlets;
  readonly grace: number;
  readonly parent?: ActiveRun | undefined;
  /** A run that goes on. */
  readonly saved?: ResumePoint | undefined;
}

/** A run that is going on: gives its reports their order, passes them on, and stops what is running when it is told to. */
export class ActiveRun {
  readonly id: string;
  readonly name: string;
  readonly kind: RunStart['kind'];
  readonly of: string;
  readonly outlets: Outlets;
  readonly grace: number;
  readonly parent: ActiveRun | undefined;
  readonly saved: ResumePoint | undefined;
  readonly dependencies = new Dependencies();
  readonly failures = new Failures();
  /** What a flow says of itself, outside of its tasks. */
  readonly progress = new ProgressThrottle((progress) => this.#reportProgress(progress));
  /** All fields that a pipeline's steps have gathered. */
  data: Readonly<Record<string, unknown>> = {};

  readonly #record: RunRecord;
  readonly #controller = new AbortController();
  readonly #timeOrigin: number;
  readonly #counters = new Map<string, number>();
  readonly #working = new Set<Promise<unknown>>();
  readonly #stops = new Set<(reason: unknown) => void>();
  readonly #adopted = new Set<string>();
  readonly #writer: StoreWriter;
  #ring = new EventRing();
  #sequence: number;
  #taskCount: number;
  #cancelReason: string | undefined;

  constructor(start: RunStart) {
    const { saved, kind, of, version, parent, outlets } = start;
    this.id = saved?.run.requestId ?? randomUUID();
    this.name = saved?.run.name ?? runName();
    this.kind = kind;
    this.of = of;
    this.outlets = outlets;
    this.grace = start.grace;
    this.parent = parent;
    this.saved = saved;
    // wall time is read once: a clock that is set back in between must not turn the record around
    this.#timeOrigin = parent ? parent.#timeOrigin : Date.now() - performance.now();
    this.#writer = new StoreWriter(outlets.stores, (reason) => {
      this.log('warning', `The run cannot be kept for resuming, and goes on without: ${reason}`, null);
    });
    this.#sequence = saved?.sequence ?? 0;
    this.#taskCount = saved?.run.tasks.length ?? 0;
    for (const observer of outlets.observers) {
      attempt(() => observer.opened?.(this.id, (reason) => this.cancel(reason)));
    }
    if (saved) {
      this.#record = RunRecord.from(saved);
      this.emit({ type: 'run-resumed' });
      return;
    }
    const worker = outlets.observers.find((observer) => observer.worker !== null)?.worker ?? null;
    const parentId = parent?.id ?? null;
    const first = this.#stamp({
      type: 'run-created',
      name: this.name,
      kind,
      of,
      version,
      parent: parentId,
      input: start.input(),
      worker,
    });
    this.#record = RunRecord.open(first as Extract<RunEvent, { type: 'run-created' }>);
    this.#passOn(first);
  }

  /** Aborted when the run is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether somebody asked it to stop, as opposed to a failure that stops what runs beside it. */
  get isCancelled(): boolean {
    return this.#cancelReason !== undefined;
  }

  get cancelReason(): string {
    return this.#cancelReason ?? '';
  }

  get isOver(): boolean {
    return this.#record.isFinal;
  }

  status(): RunStatus {
    return this.#record.status();
  }

  reports(): AsyncGenerator<RunEvent, void, undefined> {
    return this.#ring.read();
  }

  task(key: string) {
    return this.#record.task(key);
  }

  tasks() {
    return this.#record.tasks();
  }

  /** Whether somebody could resume this run, so that outputs must be kept. */
  get keepsOutputs(): boolean {
    return this.outlets.stores.length > 0 || this.outlets.observers.length > 0;
  }

  /** What is known of the run that a task run of an earlier execution was, unless it is this execution's. */
  async savedChild(key: string): Promise<ResumePoint | undefined> {
    const id = this.saved?.run.tasks.find((task) => task.key === key)?.childRun;
    if (id === undefined || id === null || this.#adopted.has(id)) return undefined;
    this.#adopted.add(id);
    for (const store of this.outlets.stores) {
      const saved = await store.load(id).catch(ignore);
      if (saved) return saved;
    }
    return undefined;
  }

  /** `clean-0`, then `clean-1`: counted per name. */
  nextKey(name: string): string {
    const count = this.#counters.get(name) ?? 0;
    this.#counters.set(name, count + 1);
    return `${name}-${count}`;
  }

  nextIndex(): number {
    return this.#taskCount++;
  }

  emit(body: EventBody): void {
    const report = this.#stamp(body);
    // what this run needs of its outputs it has; a store has copies of them
    this.#record.apply('output' in report ? { ...report, output: null } : report);
    this.#passOn(report);
  }

  log(level: LogLineLevel, message: string, task: string | null): void {
    const report = this.#stamp({ type: 'log', level, message, task });
    this.#record.apply(report);
    this.#passOn(report);
    this.line(level, message, task, logSource(this, task), report.at);
  }

  /** A line that belongs to no run's log, or has been written there. */
  line(level: LogLineLevel, message: string, task: string | null, source: string, at = this.#now()): void {
    for (const write of this.outlets.lines) attempt(() => write({ at, level, message, run: this.id, task, source }));
  }

  end(state: 'completed' | 'failed' | 'cancelled', rest: { result?: Json; error?: RunError }): void {
    this.progress.close();
    for (const task of this.tasks()) {
      if (task.state === 'pending')
        this.emit({ type: 'task-state', key: task.key, state: 'skipped', attempt: task.attempt });
    }
    this.log(endLevel(state), `Finished in state ${describeEnd(state, rest.error?.message)}`, null);
    this.emit({ type: 'run-state', state, ...rest });
    this.#ring = this.#ring.end();
  }

  /** Asks the run to stop. */
  cancel(reason = 'the run was cancelled'): void {
    if (this.#cancelReason !== undefined || this.#record.isFinal) return;
    this.#cancelReason = reason;
    this.stop(new DOMException(reason, 'AbortError'));
  }

  /** Aborts whatever is running. */
  stop(reason: unknown): void {
    this.#controller.abort(reason);
    for (const stop of this.#stops) stop(reason);
  }

  /** Has `stop` called when the run is to stop. @returns How to take it back. */
  onStop(stop: (reason: unknown) => void): () => void {
    this.#stops.add(stop);
    return () => this.#stops.delete(stop);
  }

  /** Work that the run waits for before it ends. What becomes of it is told to whoever asked for it. */
  track<T>(work: Promise<T>): Promise<T> {
    const done: Promise<unknown> = work.then(ignore, ignore).then(() => this.#working.delete(done));
    this.#working.add(done);
    return work;
  }

  /** Waits until no task is running. */
  async drained(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Waits until the stores have what they were given. */
  kept(): Promise<void> | undefined {
    return this.#writer.kept();
  }

  #stamp(body: EventBody): RunEvent {
    return { run: this.id, sequence: ++this.#sequence, at: this.#now(), ...body };
  }

  #now(): string {
    return new Date(this.#timeOrigin + performance.now()).toISOString();
  }

  #passOn(report: RunEvent): void {
    this.#ring.push(report);
    for (const observer of this.outlets.observers) attempt(() => observer.report(report));
    this.#writer.append(report);
  }

  #reportProgress(progress: Progress): void {
    this.emit({ type: 'progress', key: null, attempt: 1, progress });
  }
}

const ignore = (): undefined => undefined;

/** Whoever looks on must not break the work. */
function attempt(call: () => unknown): void {
  try {
    call();
  } catch {
    ignore();
  }
}
