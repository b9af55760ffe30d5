import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describeFailure } from '../describe-failure.js';
import type { ChildEvent, TaskMessage, PoolMessage } from '../messages.js';
import type { OrphanGuardData } from './orphan-guard.js';
import { killOwnProcessGroup } from '../process-tree.js';
import { runTask } from './run-task.js';

/** The entry point of a child process. Runs tasks from the pool, one after the other, until the pool disconnects. */

/**
 * Maximum delay of a task's final progress event, in milliseconds. The result usually follows within this time, and is then sent in the
 * same message.
 */
const maxProgressDelayMs = 50;
/** How long tasks can run one after the other before the process handles incoming messages, in milliseconds. */
const yieldAfterMs = 25;

const sendToPool = process.send?.bind(process);
if (!sendToPool) throw new Error('Expected this process to be started by the process pool. Use `createRunner`.');
/** Events to send together with the next event. */
const pendingEvents: ChildEvent[] = [];
const send = (event?: ChildEvent, onSent: () => void = () => undefined): void => {
  const events = [...pendingEvents.splice(0), ...(event ? [event] : [])];
  if (events.length > 0) sendToPool(events, undefined, undefined, onSent);
};
const sendProgress = (event: ChildEvent & { readonly kind: 'progress' }): void => {
  const { current, total } = event.progress;
  if (total === null || current < total) {
    send(event);
    return;
  }
  pendingEvents.push(event);
  setTimeout(() => send(), maxProgressDelayMs).unref();
};
// hide `process.send` from libraries, because only this file may send messages to the pool
delete process.send;

const queue: TaskMessage[] = [];
let isRunning = false;
let currentController: AbortController | undefined;
let hasCrashed = false;

process.on('message', (message: PoolMessage) => {
  if (message.kind === 'abort') currentController?.abort(new Error('The module was stopped.'));
  else if (message.kind === 'drop') {
    const dropped = queue.filter(({ id }) => message.ids.includes(id));
    for (const task of dropped) queue.splice(queue.indexOf(task), 1);
    send({ kind: 'dropped', ids: dropped.map(({ id }) => id) });
  } else {
    queue.push(...message.tasks);
    if (!isRunning) void runQueuedTasks();
  }
});

async function runQueuedTasks(): Promise<void> {
  isRunning = true;
  let yieldedAt = performance.now();
  // after a crash, start no more tasks; the pool assigns the remaining tasks to other processes
  for (let next = queue.shift(); next && !hasCrashed; next = queue.shift()) {
    send({ kind: 'started', id: next.id });
    pendingEvents.push(await execute(next));
    if (queue.length > 0 && performance.now() - yieldedAt < yieldAfterMs) continue;
    send();
    if (queue.length === 0) continue;
    // wait twice, because the first `setImmediate` can resolve before the event loop handles the messages that have arrived
    await setImmediate();
    await setImmediate();
    yieldedAt = performance.now();
  }
  isRunning = false;
}

async function execute({ id, task, ...options }: TaskMessage): Promise<ChildEvent> {
  const controller = new AbortController();
  currentController = controller;
  const startedAt = performance.now();
  try {
    const result = await runTask(task, options, controller.signal, {
      onProgress: (progress) => sendProgress({ kind: 'progress', id, progress }),
      onLog: (line) => send({ kind: 'log', id, line }),
      onWarnings: (warnings) => send({ kind: 'warnings', id, warnings }),
      onUsage: (usage) => send({ kind: 'usage', id, usage }),
    });
    return { kind: 'done', id, durationMs: performance.now() - startedAt, result };
  } catch (error) {
    return { kind: 'failed', id, failure: describeFailure(error, 'failed') };
  } finally {
    currentController = undefined;
  }
}

// also handles unhandled rejections; the process exits, because its state is unknown
process.on('uncaughtException', (error) => {
  hasCrashed = true;
  send({ kind: 'crashed', failure: describeFailure(error, 'crashed') }, () => process.exit(1));
});

// the pool's process has ended, so it can receive no results
process.on('disconnect', killOwnProcessGroup);

const workerData: OrphanGuardData = { parentPid: Number(process.argv[2]) };
const guard = new Worker(new URL('./orphan-guard.js', import.meta.url), {
  workerData,
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
});
guard.on('error', () => undefined);
guard.unref();

raiseOomScore();
send({ kind: 'ready' });

/** Makes Linux more likely to kill this process than the server when the system runs out of memory. */
function raiseOomScore(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // some containers do not allow this
  }
}
