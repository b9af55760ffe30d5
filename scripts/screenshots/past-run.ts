import { randomUUID } from 'node:crypto';
import { describeRetry } from '../../src/shared/runs/log-line.js';
import type { LogLineLevel, RunEvent } from '../../src/shared/runs/run-event.js';

/** A step of a {@link PastRun}. */
export interface PastStep {
  readonly name: string;
  readonly seconds: number;
  readonly output?: object | string | number;
  /** The error message of each attempt before the last. */
  readonly retries?: readonly string[];
  /** The error message with which the step, and therefore the run, failed. */
  readonly error?: string;
  readonly logs?: readonly (readonly [LogLineLevel, string])[];
  /** The run that the step executes. */
  readonly subflow?: Omit<PastRun, 'at'>;
}

/** A run that ended in the past. */
export interface PastRun {
  readonly of: string;
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly version?: string;
  readonly name: string;
  /** When the run started, in milliseconds since the epoch. */
  readonly at: number;
  readonly input: object | string;
  readonly result?: object | string;
  readonly worker?: string | null;
  readonly steps: readonly PastStep[];
  /** The duration of a run without steps. */
  readonly seconds?: number;
  readonly end?: 'cancelled' | 'crashed';
}

type UnnumberedEvent = RunEvent extends infer R
  ? R extends RunEvent
    ? Omit<R, 'run' | 'sequence' | 'at'>
    : never
  : never;

/** The delay before a step is retried, in milliseconds. */
const retryDelayMs = 600;

/** Collects the events that programs would have reported for past runs. */
export class PastEvents {
  readonly events: RunEvent[] = [];

  /** Adds a run with its subflows. @returns The run's id and end time. */
  add(run: PastRun, parent: string | null = null): { readonly id: string; readonly end: number } {
    const id = randomUUID();
    let sequence = 0;
    let now = run.at;
    const emit = (event: UnnumberedEvent): void => {
      this.events.push({ run: id, sequence: ++sequence, at: new Date(now).toISOString(), ...event });
    };
    const { of, kind, name, input, worker = null, version = null } = run;
    emit({ type: 'run-created', of, kind, name, input, worker, version, parent } as UnnumberedEvent);
    now += 40;
    emit({ type: 'run-state', state: 'running' });
    const failedIndex = run.steps.findIndex(({ error }) => error !== undefined);
    run.steps.forEach((step, index) => {
      if (failedIndex !== -1 && index > failedIndex) return;
      const key = `${step.name}-0`;
      const previous = run.steps
        .slice(0, index)
        .slice(-1)
        .map((before) => `${before.name}-0`);
      emit({ type: 'task-created', key, name: step.name, version, index, after: previous });
      let attempt = 1;
      for (const message of step.retries ?? []) {
        emit({ type: 'task-state', key, state: 'running', attempt });
        now += step.seconds * 400;
        const line = describeRetry({ attempt, message, seconds: retryDelayMs / 1000 });
        emit({ type: 'log', level: 'warning', message: line, task: key });
        const error = { code: 'task_failed', message };
        emit({ type: 'task-state', key, state: 'retrying', attempt, error });
        now += retryDelayMs;
        attempt += 1;
      }
      emit({ type: 'task-state', key, state: 'running', attempt });
      const lines = step.logs ?? [];
      for (const [level, message] of lines) {
        now += (step.seconds * 1000) / (lines.length + 1);
        emit({ type: 'log', level, message, task: key });
      }
      if (step.subflow) {
        const child = this.add({ ...step.subflow, at: now, worker }, id);
        emit({ type: 'task-state', key, state: 'running', attempt, childRun: child.id });
        now = child.end + 20;
      } else now += (step.seconds * 1000) / (lines.length + 1);
      const { error: message, output } = step;
      if (message === undefined)
        emit({ type: 'task-state', key, state: 'completed', attempt, output } as UnnumberedEvent);
      else {
        emit({ type: 'log', level: 'error', message, task: key });
        const error = { code: 'task_failed', message };
        emit({ type: 'task-state', key, state: 'failed', attempt, error });
        emit({ type: 'run-state', state: 'failed', error: { ...error, task: key } });
      }
    });
    now += (run.seconds ?? 0) * 1000;
    if (run.end) {
      const message = run.end === 'crashed' ? 'The program stopped sending heartbeats.' : 'The run was cancelled.';
      emit({ type: 'run-state', state: run.end, error: { code: run.end, message } });
    } else if (failedIndex === -1)
      emit({ type: 'run-state', state: 'completed', result: run.result ?? null } as UnnumberedEvent);
    return { id, end: now };
  }
}
