import type { Json } from '../types/json.js';
import type { RecordedCall, ResumePoint, RunEvent } from './run-event.js';
import type { RunStatus, TaskStatus } from './run-status.js';
import { completeProgress, advanceProgress, computeRunProgress, tallyTasks } from './run-progress.js';
import { getOverallStatus, isFinalState } from './run-state.js';

type Event<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/**
 * The record of a run of your own functions, built from its events. Both the SDK and the server use this class.
 *
 * - An event is ignored unless its sequence number is greater than that of the most recent event, so duplicate events are harmless.
 * - Once a run has ended, events no longer change its record, except `run-resumed`, which reopens a run that did not complete.
 * - Durations are never negative, and progress never decreases within an attempt, whatever the clocks and events report.
 */
export class RunRecord {
  readonly #run: RunStatus;
  readonly #tasks = new Map<string, TaskStatus>();
  readonly #outputs = new Map<string, Json>();
  readonly #calls = new Map<string, RecordedCall>();
  #output: Json | undefined;
  #sequence: number;

  private constructor({ run, outputs, calls = {}, output, sequence }: ResumePoint) {
    this.#run = { ...run };
    for (const task of run.tasks) this.#tasks.set(task.key, { ...task });
    for (const [key, value] of Object.entries(outputs)) this.#outputs.set(key, value);
    for (const [key, call] of Object.entries(calls)) this.#calls.set(key, { ...call });
    this.#output = output;
    this.#sequence = sequence;
  }

  /** Creates the record of a new run from its first event. */
  static create(created: Event<'run-created'>): RunRecord {
    const { run: requestId, name, kind, of, version, input, parent, worker, at, sequence } = created;
    const run: RunStatus = {
      requestId,
      name,
      kind,
      of,
      version,
      state: 'pending',
      late: false,
      waitsFor: null,
      attempt: null,
      priority: 0,
      scheduledFor: null,
      rerunOf: null,
      batch: null,
      progress: { current: 0, total: null, percent: null },
      tasks: [],
      overallStatus: 'ongoing',
      processStatus: {},
      fileId: null,
      input,
      result: null,
      error: null,
      warnings: [],
      warningCount: 0,
      parent,
      worker,
      createdAt: at,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      expiresAt: null,
    };
    return new RunRecord({ run, outputs: {}, calls: {}, sequence });
  }

  /** Restores the record of a stored run. */
  static restore(point: ResumePoint): RunRecord {
    return new RunRecord(point);
  }

  /** Applies an event to the record. Returns whether the event was new. */
  apply(event: RunEvent): boolean {
    if (event.sequence <= this.#sequence) return false;
    this.#sequence = event.sequence;
    if (event.type === 'run-resumed') {
      if (this.#run.state !== 'completed') this.#reopen();
      return true;
    }
    if (isFinalState(this.#run.state)) return true;
    if (event.type === 'run-state') this.#setState(event);
    else if (event.type === 'task-created') this.#addTask(event);
    else if (event.type === 'task-state') this.#setTaskState(event);
    else if (event.type === 'progress') this.#setProgress(event);
    return true;
  }

  /** The sequence number of the most recent event. */
  get sequence(): number {
    return this.#sequence;
  }

  get state(): RunStatus['state'] {
    return this.#run.state;
  }

  get isFinal(): boolean {
    return isFinalState(this.#run.state);
  }

  task(key: string): Readonly<TaskStatus> | undefined {
    return this.#tasks.get(key);
  }

  tasks(): IterableIterator<Readonly<TaskStatus>> {
    return this.#tasks.values();
  }

  /** Returns the recorded call of a task run; `undefined` if the task run has not started, or if the run is not stored. */
  call(key: string): Readonly<RecordedCall> | undefined {
    return this.#calls.get(key);
  }

  /** The result in restorable form; `undefined` unless `status().result` merely describes the result. */
  get output(): Json | undefined {
    return this.#output;
  }

  /** Returns a copy of the run's status. Later events do not change the copy. */
  status(): RunStatus {
    const tasks = [...this.#tasks.values()].map((task) => ({ ...task }));
    return {
      ...this.#run,
      tasks,
      progress: computeRunProgress(this.#run, tallyTasks(tasks)),
      overallStatus: getOverallStatus(this.#run.state),
      processStatus: Object.fromEntries(tasks.map(({ key, state }) => [key, state === 'completed'])),
    };
  }

  resumePoint(): ResumePoint {
    return {
      run: this.status(),
      outputs: Object.fromEntries(this.#outputs),
      calls: Object.fromEntries([...this.#calls].map(([key, call]) => [key, { ...call }])),
      ...(this.#output !== undefined && { output: this.#output }),
      sequence: this.#sequence,
    };
  }

  #setState({ state, result, output, error, at }: Event<'run-state'>): void {
    const run = this.#run;
    run.state = state;
    if (state !== 'pending') run.startedAt ??= at;
    if (!isFinalState(state)) return;
    run.result = result ?? null;
    this.#output = output;
    run.error = error ?? null;
    run.finishedAt = at;
    run.durationMs = elapsedMs(run.startedAt, at);
  }

  #reopen(): void {
    Object.assign(this.#run, { state: 'pending', error: null, finishedAt: null, durationMs: null });
    for (const task of this.#tasks.values()) {
      if (task.state === 'completed') continue;
      Object.assign(task, { state: 'pending', error: null, progress: null });
      Object.assign(task, { startedAt: null, finishedAt: null, durationMs: null });
    }
  }

  #addTask({ key, name, version, index, after }: Event<'task-created'>): void {
    this.#outputs.delete(key);
    this.#calls.delete(key);
    this.#tasks.set(key, {
      key,
      name,
      version,
      model: null,
      index,
      state: 'pending',
      attempt: 0,
      progress: null,
      after: [...after],
      childRun: null,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      error: null,
    });
  }

  #setTaskState({ key, state, attempt, childRun, digest, output, error, at, sequence }: Event<'task-state'>): void {
    const task = this.#tasks.get(key);
    if (!task) return;
    if (attempt !== task.attempt) task.progress = null;
    Object.assign(task, { state, attempt, error: error ?? null });
    if (childRun !== undefined) task.childRun = childRun;
    if (state === 'running') task.startedAt ??= at;
    if (output !== undefined) this.#outputs.set(key, output);
    if (digest !== undefined) this.#calls.set(key, { digest, began: sequence, ended: null });
    const call = this.#calls.get(key);
    if (call && state === 'completed') call.ended = sequence;
    if (!isFinalState(state)) return;
    task.finishedAt = at;
    task.durationMs = elapsedMs(task.startedAt, at);
    if (state === 'completed') task.progress = completeProgress(task.progress);
  }

  #setProgress({ key, attempt, progress }: Event<'progress'>): void {
    if (key === null) {
      this.#run.progress = advanceProgress(this.#run.progress, progress);
      return;
    }
    const task = this.#tasks.get(key);
    if (!task || isFinalState(task.state) || attempt !== task.attempt) return;
    task.progress = advanceProgress(task.progress, progress);
    // record the progress derived from the tasks, so that it does not decrease when a task is retried
    if (this.#run.kind !== 'flow')
      this.#run.progress = computeRunProgress(this.#run, tallyTasks([...this.#tasks.values()]));
  }
}

function elapsedMs(from: string | null, to: string): number | null {
  return from === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));
}
