import type { ProcessEvent } from '../shared/runs/process-event.js';
import { RunEvents } from './run-events.js';
import type { RunFeed } from './run-feed.js';

/** The events of a run until its end. A slow reader gets the newest progress, and every other event. */
export async function* iterateEvents(
  feed: RunFeed,
  label: string,
  known: readonly ProcessEvent[],
): AsyncGenerator<ProcessEvent> {
  yield* known;
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
      for (const event of events.read(status)) {
        if (event.type === 'progress' && queue.at(-1)?.type === 'progress') queue.pop();
        queue.push(event);
      }
      wake?.();
    },
    onError(error) {
      failure.error = error;
      wake?.();
    },
    onFault: () => undefined,
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
