import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describeFailure } from './describe-failure.js';
import type { FromChild, ToChild } from './messages.js';
import type { OrphanGuardData } from './orphan-guard.js';
import { killOwnGroup } from './process-tree.js';
import { runTask } from './run-task.js';

/** The entry point of a child process, which runs tasks from the pool, one at a time, until the pool disconnects. */

const channel = process.send?.bind(process);
if (!channel) throw new Error('Expected this process to be started by the process pool. Use `createRunner`.');
const send = (message: FromChild, onSent: () => void = () => undefined): void => {
  channel(message, undefined, undefined, onSent);
};
// only this file may use the channel to the pool, so the channel is hidden from libraries
delete process.send;

let current: AbortController | undefined;
let crashed = false;

process.on('message', (message: ToChild) => {
  if (message.kind === 'abort') current?.abort(new Error('the module was stopped'));
  // a crashed process starts no tasks; the pool assigns the task to a different process
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
      onWarnings: (warnings) => send({ kind: 'warnings', warnings }),
    });
    send({ kind: 'done', result });
  } catch (error) {
    send({ kind: 'failed', failure: describeFailure(error, 'failed') });
  } finally {
    current = undefined;
  }
}

// this includes unhandled rejections; the process exits because its state is unknown
process.on('uncaughtException', (error) => {
  crashed = true;
  send({ kind: 'crashed', failure: describeFailure(error, 'crashed') }, () => process.exit(1));
});

// the pool's process has ended, so nothing waits for a result
process.on('disconnect', killOwnGroup);

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

/** Makes Linux kill this process instead of the server when the system runs out of memory. */
function raiseOomScore(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // some containers do not allow this
  }
}
