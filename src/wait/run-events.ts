import { ProcessFailedError } from '../errors/process-failed-error.js';
import type { ModuleName } from '../shared/modules/module.js';
import type { ProcessEvent } from '../shared/types/process.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { describeFailure } from './describe-status.js';
import { isFinalState } from '../shared/runs/run-state.js';
import type { RunFeed } from './run-feed.js';

/**
 * Converts the successive records of a run to events. Each follower needs its own instance, so that even a late follower receives an event
 * for every completed module.
 */
export class RunEvents {
  readonly #label: string;
  readonly #completedKeys = new Set<string>();
  #lastSnapshot: string | undefined;

  constructor(label: string) {
    this.#label = label;
  }

  /** Returns the events since the previous record. */
  createEvents(status: RunStatus): ProcessEvent[] {
    const events: ProcessEvent[] = [];
    for (const task of status.tasks) {
      if (task.state !== 'completed' || this.#completedKeys.has(task.key)) continue;
      this.#completedKeys.add(task.key);
      events.push({
        type: 'module-done',
        module: task.name as ModuleName,
        position: task.index + 1,
        of: status.tasks.length,
      });
    }
    const typedStatus = status as RunStatus<ModuleName>;
    if (status.state === 'completed') {
      events.push({ type: 'succeeded', status: typedStatus });
    } else if (isFinalState(status.state)) {
      const error = new ProcessFailedError(describeFailure(status, this.#label), status);
      events.push({ type: 'failed', status: typedStatus, error });
    } else if (this.#hasChanged(status)) {
      events.push({ type: 'progress', status: typedStatus });
    }
    return events;
  }

  #hasChanged(status: RunStatus): boolean {
    const { state, progress, tasks } = status;
    const snapshot = JSON.stringify([state, progress, tasks.map((task) => [task.state, task.attempt, task.progress])]);
    const hasChanged = snapshot !== this.#lastSnapshot;
    this.#lastSnapshot = snapshot;
    return hasChanged;
  }
}

/**
 * Yields `firstEvents`, and then the run's events until the run ends. A slow reader skips outdated progress events, but no other events.
 */
export async function* iterateEvents(
  feed: RunFeed,
  label: string,
  firstEvents: readonly ProcessEvent[],
): AsyncGenerator<ProcessEvent> {
  yield* firstEvents;
  const events = new RunEvents(label);
  const queue: ProcessEvent[] = [];
  const failure: { error?: unknown } = {};
  let wake: (() => void) | undefined;
  const stop = feed.follow({
    wantsChanges: true,
    wantsOutput: false,
    pollInterval: 1000,
    maxPollInterval: 15_000,
    onStatus(status) {
      for (const event of events.createEvents(status)) {
        if (event.type === 'progress' && queue.at(-1)?.type === 'progress') queue.pop();
        queue.push(event);
      }
      wake?.();
    },
    onError(error) {
      failure.error = error;
      wake?.();
    },
    onTransientError: () => undefined,
  });
  try {
    for (;;) {
      const event = queue.shift();
      if (event) {
        yield event;
        if (event.type === 'succeeded' || event.type === 'failed') return;
      } else if ('error' in failure) {
        throw failure.error;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    stop();
  }
}
