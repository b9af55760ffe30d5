import { randomUUID } from 'node:crypto';
import { getEndLevel, describeEnd } from '../../shared/runs/log-line.js';
import { generateRunName } from '../../shared/runs/run-name.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { toRestorableJson } from '../../shared/rules/json-record.js';
import type { RunRecord } from '../../shared/runs/run-record.js';
import type { Json } from '../../shared/types/json.js';
import type { LogLineLevel, ResumePoint } from '../../shared/runs/run-event.js';
import type { RunError } from '../../shared/runs/run-status.js';
import { allowManyListeners } from '../../shared/runtime/allow-many-listeners.js';
import { RecordedCalls, type Call, type CallMatch, type RecordedChild } from '../resuming/recorded-calls.js';
import { Dependencies } from './dependencies.js';
import { EventStream, type EventBody } from './events/event-stream.js';
import { Failures } from './failures.js';
import { ProgressThrottle } from './events/progress-throttle.js';
import { callIgnoringErrors, type RunSinks } from './events/run-sinks.js';

export interface ActiveRunOptions {
  readonly kind: 'pipeline' | 'flow' | 'task';
  /** The name of the pipeline, flow or task. */
  readonly definitionName: string;
  readonly version: string | null;
  readonly createInput: () => Json;
  readonly sinks: RunSinks;
  readonly gracePeriodMs: number;
  readonly parent?: ActiveRun | undefined;
  /** The state to resume the run from. `undefined` for a new run. */
  readonly resumePoint?: ResumePoint | undefined;
}

/** A run in progress. Tracks and stops its task runs. */
export class ActiveRun {
  readonly id: string;
  readonly name: string;
  readonly kind: ActiveRunOptions['kind'];
  readonly definitionName: string;
  readonly sinks: RunSinks;
  readonly gracePeriodMs: number;
  readonly parent: ActiveRun | undefined;
  readonly resumePoint: ResumePoint | undefined;
  readonly #recordedCalls: RecordedCalls | undefined;
  readonly events: EventStream;
  readonly dependencies = new Dependencies();
  readonly failures = new Failures();
  /** The progress reported by a flow's own code, outside its tasks. */
  readonly progress = new ProgressThrottle((progress) =>
    this.emit({ type: 'progress', key: null, attempt: 1, progress }),
  );
  /** For a pipeline, the fields of its input, merged with the fields that the completed steps returned. */
  data: Readonly<Record<string, unknown>> = {};

  readonly #controller = new AbortController();
  /** The number of keys generated so far, by task name. */
  readonly #keyCountByName = new Map<string, number>();
  readonly #pendingWork = new Set<Promise<unknown>>();
  readonly #stopListeners = new Set<(reason: unknown) => void>();
  /** The child run that each task run is to resume, by the key of the task run. */
  readonly #childToResumeByKey = new Map<string, RecordedChild>();
  #nextTaskIndex: number;
  #cancelReason: string | undefined;

  constructor({
    resumePoint,
    kind,
    definitionName,
    version,
    createInput,
    parent,
    sinks,
    gracePeriodMs,
  }: ActiveRunOptions) {
    allowManyListeners(this.signal);
    this.id = resumePoint?.run.requestId ?? randomUUID();
    this.name = resumePoint?.run.name ?? generateRunName();
    this.kind = kind;
    this.definitionName = definitionName;
    this.sinks = sinks;
    this.gracePeriodMs = gracePeriodMs;
    this.parent = parent;
    this.resumePoint = resumePoint;
    this.#recordedCalls = resumePoint && new RecordedCalls(resumePoint);
    this.#nextTaskIndex = resumePoint?.run.tasks.length ?? 0;
    this.events = new EventStream(
      this,
      sinks,
      resumePoint ?? {
        type: 'run-created',
        name: this.name,
        kind,
        of: definitionName,
        version,
        parent: parent?.id ?? null,
        input: createInput(),
        worker: sinks.observers.find((observer) => observer.worker !== null)?.worker ?? null,
      },
      parent?.events,
    );
    for (const observer of sinks.observers) {
      callIgnoringErrors(() => observer.opened?.(this.id, (reason) => this.cancel(reason)));
    }
    this.events.emitFirstEvent();
  }

  /** Aborted when the run must stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether `cancel` was called before the run ended. The run may complete anyway. */
  get isCancelled(): boolean {
    return this.#cancelReason !== undefined;
  }

  get cancelReason(): string {
    return this.#cancelReason ?? '';
  }

  get record(): RunRecord {
    return this.events.record;
  }

  get hasEnded(): boolean {
    return this.record.isFinal;
  }

  /** Whether the run's events include outputs, so that the run can be resumed. */
  get recordsOutputs(): boolean {
    return this.sinks.stores.length > 0 || this.sinks.observers.length > 0;
  }

  /** @throws `RangeError` if the result is too large for one of the stores. */
  checkResultSize(name: string, value: unknown): void {
    const limit = Math.min(...this.sinks.stores.map(({ maxResult = Infinity }) => maxResult));
    if (limit === Infinity || value === undefined) return;
    const { length } = JSON.stringify(toRestorableJson(value));
    if (length <= limit) return;
    throw new RangeError(
      `Expected '${name}' to return at most ${limit} characters of JSON, got ${length}. Return something smaller, such as a path, or process the files with a pipeline on the server`,
    );
  }

  emit(body: EventBody): void {
    this.events.emit(body);
  }

  log(level: LogLineLevel, message: string, task: string | null): void {
    this.events.log(level, message, task);
  }

  /** Finds the recorded task run that matches a call, or assigns a new key if there is no match. */
  matchCall(call: Call): CallMatch & { readonly key: string } {
    const match = this.#recordedCalls?.match(call);
    return { key: match?.key ?? this.nextFreeKey(call.name), decide: match?.decide ?? (() => ({ kind: 'new' })) };
  }

  /** Sets the child run that the next attempt at a task run resumes. */
  setChildToResume(key: string, child: RecordedChild): void {
    this.#childToResumeByKey.set(key, child);
  }

  /**
   * Loads the saved state of the child run set by {@link setChildToResume}, and unsets the child run. Returns `undefined` if no child run
   * is set, or if no store can load the state.
   */
  async loadChild(key: string): Promise<(RecordedChild & { readonly resumePoint: ResumePoint }) | undefined> {
    const child = this.#childToResumeByKey.get(key);
    if (!child) return undefined;
    this.#childToResumeByKey.delete(key);
    for (const store of this.sinks.stores) {
      const resumePoint = await store.load(child.id).catch(ignore);
      if (resumePoint) return { ...child, resumePoint };
    }
    return undefined;
  }

  /** Returns the next key for a name: `clean-0`, then `clean-1`, and so on. */
  nextKey(name: string): string {
    const count = this.#keyCountByName.get(name) ?? 0;
    this.#keyCountByName.set(name, count + 1);
    return `${name}-${count}`;
  }

  /** Like {@link nextKey}, but skips the keys of recorded task runs. */
  nextFreeKey(name: string): string {
    let key = this.nextKey(name);
    while (this.resumePoint && this.record.task(key)) key = this.nextKey(name);
    return key;
  }

  nextIndex(): number {
    return this.#nextTaskIndex++;
  }

  /** Marks pending task runs as skipped, then records the run's final state and ends its event stream. */
  end(
    state: 'completed' | 'failed' | 'cancelled' | 'crashed',
    outcome: { result?: Json; output?: Json; error?: RunError },
  ): void {
    this.progress.close();
    for (const { key, state: taskState, attempt } of this.record.tasks()) {
      if (taskState === 'pending') this.emit({ type: 'task-state', key, state: 'skipped', attempt });
    }
    this.log(getEndLevel(state), `Finished in state ${describeEnd(state, outcome.error?.message)}`, null);
    this.emit({ type: 'run-state', state, ...outcome });
    this.events.end();
  }

  /** Records the run and its task runs in progress as crashed, because the process is exiting. */
  crash(error: RunError): void {
    if (this.hasEnded) return;
    for (const { key, state, attempt } of this.record.tasks()) {
      if (state === 'pending' || isFinalState(state)) continue;
      this.emit({ type: 'task-state', key, state: 'crashed', attempt, error });
    }
    this.end('crashed', { error });
  }

  cancel(reason = 'the run was cancelled'): void {
    if (this.#cancelReason !== undefined || this.hasEnded) return;
    this.#cancelReason = reason;
    this.stop(new DOMException(reason, 'AbortError'));
  }

  /** Aborts all work in progress. */
  stop(reason: unknown): void {
    this.#controller.abort(reason);
    for (const listener of this.#stopListeners) listener(reason);
  }

  /** Calls the listener when the run must stop. @returns A function that removes the listener. */
  onStop(listener: (reason: unknown) => void): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  /** Delays the end of the run until the work has settled. If the caller ignores the promise, a failure causes no unhandled rejection. */
  track<T>(work: Promise<T>): Promise<T> {
    const done: Promise<unknown> = work.then(ignore, ignore).then(() => this.#pendingWork.delete(done));
    this.#pendingWork.add(done);
    return work;
  }

  /** Waits until all tracked work has settled. */
  async waitForTasks(): Promise<void> {
    while (this.#pendingWork.size > 0) await Promise.all(this.#pendingWork);
  }
}

const ignore = (): undefined => undefined;
