import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describeFailure } from './describe-failure.js';
import { endOwnGroup } from './end-own-group.js';
import type { FromChild, ToChild } from './messages.js';
import type { OrphanGuardData } from './orphan-guard.js';
import { runTask } from './run-task.js';

/** The entry of a child process: takes tasks from the pool, one at a time, until the pool goes away. */

const channel = process.send?.bind(process);
if (!channel) throw new Error('Expected to be started by the pool of child processes. Use `createRunner`.');
const send = (message: FromChild, onSent: () => void = () => undefined): void => {
  channel(message, undefined, undefined, onSent);
};
// the channel is the pool's alone: libraries that look for one to report to find none
delete process.send;

let current: AbortController | undefined;
let crashed = false;

process.on('message', (message: ToChild) => {
  if (message.kind === 'abort') current?.abort(new Error('the module was stopped'));
  // a task that comes now is not begun here: the pool gives it to another process
  else if (!crashed) void execute(message);
});

async function execute({ task, source, models }: Extract<ToChild, { kind: 'run' }>): Promise<void> {
  send({ kind: 'begun' });
  const controller = new AbortController();
  current = controller;
  try {
    const result = await runTask(task, { source, models }, controller.signal, {
      onProgress: (progress) => send({ kind: 'progress', progress }),
      onLog: (line) => send({ kind: 'log', line }),
    });
    send({ kind: 'done', result });
  } catch (error) {
    send({ kind: 'failed', failure: describeFailure(error, 'failed') });
  } finally {
    current = undefined;
  }
}

// also for rejections that nobody handled; what still runs in here after one is unknown, so the process ends
process.on('uncaughtException', (error) => {
  crashed = true;
  send({ kind: 'crashed', failure: describeFailure(error, 'crashed') }, () => process.exit(1));
});

// the pool's process is gone, and with it whoever waited for a result
process.on('disconnect', endOwnGroup);

const workerData: OrphanGuardData = { parentPid: Number(process.argv[2]) };
const guard = new Worker(new URL('./orphan-guard.js', import.meta.url), {
  workerData,
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
});
guard.on('error', () => undefined);
guard.unref();

offerToMemoryKiller();
send({ kind: 'ready' });

/** When the whole system is out of memory, Linux shall end a module and not the server. */
function offerToMemoryKiller(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // not every container allows it
  }
}
