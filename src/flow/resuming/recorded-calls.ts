import { restoreFromJson } from '../../shared/rules/json-record.js';
import { messageOf } from '../../shared/rules/class-of.js';
import type { RecordedCall, ResumePoint } from '../../shared/runs/run-event.js';
import type { TaskStatus } from '../../shared/runs/run-status.js';
import { yieldToEventLoop } from '../running/event-loop.js';
import type { CallDigest } from './digest.js';

/** A call to a task, flow or pipeline inside a run. */
export interface Call extends CallDigest {
  readonly name: string;
  readonly version: string | null;
  /** The digest of the pipeline's steps, if the call runs a pipeline. */
  readonly stepsDigest?: string | undefined;
}

/** How a resumed run handles a call. */
export type Decision =
  /** Perform the call as a new task run. */
  | { readonly kind: 'new' }
  /** Continue the recorded task run, which has not completed. */
  | { readonly kind: 'continue'; readonly task: TaskStatus; readonly child?: RecordedChild | undefined }
  /** Discard the recorded task run and perform the call again. The reason is logged. */
  | { readonly kind: 'repeat'; readonly task: TaskStatus; readonly reason: string }
  /** Return the recorded result instead of performing the call. */
  | { readonly kind: 'reuse'; readonly value: unknown };

/** The recorded child run of a task run that has not completed. */
export interface RecordedChild {
  readonly id: string;
  /** Whether the child run's result can be reused if the child run has completed. */
  readonly canReuseResult: boolean;
}

interface RecordedTask {
  readonly task: TaskStatus;
  readonly call: RecordedCall;
  /** Whether a call in this execution has matched the task run. */
  isMatched: boolean;
}

/** The result of matching a call with the recorded task runs. */
export interface CallMatch {
  /** The key of the matching task run, or `undefined` if there is no match. */
  readonly key: string | undefined;
  /** Decides how to handle the call. Called at most once, before the call is performed. */
  readonly decide: () => Decision | Promise<Decision>;
}

/**
 * Matches the calls of a resumed run with its recorded task runs.
 *
 * - A call matches a recorded task run with the same name and argument digest. If several qualify, one with the same version takes
 *   precedence, then the one that began first. A task run matches at most one call.
 * - The result of a completed task run is reused if the version and, for a pipeline, its steps are unchanged.
 * - If a task run is repeated or may have been replaced, all task runs that began after it completed are repeated too.
 */
export class RecordedCalls {
  readonly #outputs: ResumePoint['outputs'];
  /** The unmatched task runs by call key, in the order in which they began. */
  readonly #unmatchedTasksByCallKey = new Map<string, RecordedTask[]>();
  /** The completed task runs by name, in the order in which they ended. */
  readonly #completedTasksByName = new Map<string, RecordedTask[]>();
  /** The names of the calls without a match. An unmatched call may replace a recorded call, for example because an argument changed. */
  readonly #unmatchedCallNames = new Set<string>();
  /** The lowest sequence number at which a repeated task run completed. Task runs that began later are repeated too. */
  #repeatAfterSequence = Infinity;
  #callCount = 0;

  constructor({ run, outputs, calls = {} }: ResumePoint) {
    this.#outputs = outputs;
    const entries = run.tasks.flatMap((task): RecordedTask[] => {
      const call = calls[task.key];
      return call ? [{ task, call, isMatched: false }] : [];
    });
    for (const entry of entries.toSorted((a, b) => a.call.began - b.call.began)) {
      push(this.#unmatchedTasksByCallKey, callKey(entry.task.name, entry.call.digest), entry);
    }
    for (const entry of entries.toSorted((a, b) => endSequenceOf(a) - endSequenceOf(b))) {
      if (entry.call.ended !== null) push(this.#completedTasksByName, entry.task.name, entry);
    }
  }

  match(call: Call): CallMatch {
    this.#callCount++;
    const candidates = this.#unmatchedTasksByCallKey.get(callKey(call.name, call.digest)) ?? [];
    const entry =
      candidates.find(({ isMatched, task }) => !isMatched && task.version === call.version) ?? candidates[0];
    if (!entry) {
      this.#unmatchedCallNames.add(call.name);
      return { key: undefined, decide: () => ({ kind: 'new' }) };
    }
    entry.isMatched = true;
    candidates.splice(candidates.indexOf(entry), 1);
    return { key: entry.task.key, decide: () => this.#decide(entry, call) };
  }

  #decide(entry: RecordedTask, call: Call): Decision | Promise<Decision> {
    const { task, call: recorded } = entry;
    const { digest, problem, version, stepsDigest } = call;
    if (digest === null) return this.#repeat(entry, `its arguments have no JSON form (${problem ?? 'unknown'})`);
    if (task.version !== version) {
      return this.#repeat(entry, `its version changed from ${task.version ?? 'none'} to ${version ?? 'none'}`);
    }
    const hasSameSteps = stepsDigestOf(recorded.digest) === stepsDigest;
    if (recorded.ended === null && task.childRun === null) return { kind: 'continue', task };
    if (recorded.ended !== null && !hasSameSteps) return this.#repeat(entry, 'the steps of its pipeline changed');
    if (!this.#mayBeStale(entry)) return this.#reuseOrContinue(entry, hasSameSteps);
    return this.#waitForCalls(entry).then(() => this.#reuseOrContinue(entry, hasSameSteps));
  }

  /** Decides to reuse the result or to continue the task run, unless the task run must be repeated. */
  #reuseOrContinue(entry: RecordedTask, hasSameSteps: boolean): Decision {
    const { task, call } = entry;
    if (call.began > this.#repeatAfterSequence || this.#mayBeStale(entry)) {
      return this.#repeat(entry, 'an earlier call changed or runs again');
    }
    if (call.ended === null) {
      const child = task.childRun === null ? undefined : { id: task.childRun, canReuseResult: hasSameSteps };
      return { kind: 'continue', task, child };
    }
    try {
      return { kind: 'reuse', value: restoreOutput(this.#outputs, task.key) };
    } catch (error) {
      return this.#repeat(entry, `its result could not be stored (${messageOf(error)})`);
    }
  }

  #repeat(entry: RecordedTask, reason: string): Decision {
    this.#repeatAfterSequence = Math.min(this.#repeatAfterSequence, endSequenceOf(entry));
    return { kind: 'repeat', task: entry.task, reason };
  }

  /** Returns whether an unmatched call may have replaced a recorded call that ended before this task run began. */
  #mayBeStale({ call }: RecordedTask): boolean {
    for (const name of this.#unmatchedCallNames) {
      const entries = this.#completedTasksByName.get(name) ?? [];
      while (entries[0]?.isMatched === true) entries.shift();
      if (entries[0] && endSequenceOf(entries[0]) < call.began) return true;
    }
    return false;
  }

  /**
   * Waits for further calls, which may match the recorded calls that seem to have been replaced. Returns when `#mayBeStale` returns false,
   * or after two consecutive turns of the event loop without a call.
   */
  async #waitForCalls(entry: RecordedTask): Promise<void> {
    for (let idleTurns = 0; idleTurns < 2 && this.#mayBeStale(entry);) {
      const callCount = this.#callCount;
      await yieldToEventLoop();
      idleTurns = this.#callCount === callCount ? idleTurns + 1 : 0;
    }
  }
}

/** Returns a completed task run's result. @throws `TypeError` if the result could not be stored as JSON. */
export function restoreOutput(outputs: ResumePoint['outputs'], key: string): unknown {
  const output = outputs[key];
  return output === undefined ? undefined : restoreFromJson(output);
}

/** Returns a completed run's result. @throws `TypeError` if the result could not be stored as JSON. */
export function restoreResult({ run, output }: Pick<ResumePoint, 'run' | 'output'>): unknown {
  return restoreFromJson(output ?? run.result);
}

const endSequenceOf = ({ call }: RecordedTask): number => call.ended ?? Infinity;

/**
 * Returns a map key for a call: its name and the digest of its arguments. A line break is a safe separator, because a name cannot contain
 * one.
 */
const callKey = (name: string, digest: string | null): string => `${name}\n${digest?.split('.')[0] ?? ''}`;

/** Returns the steps' digest from a recorded digest, which is `<arguments>.<steps>` for a pipeline, and `<arguments>` otherwise. */
export const stepsDigestOf = (digest: string | null): string | undefined => digest?.split('.')[1];

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
