/**
 * Measures the engine's transactions, without HTTP and with modules that do nothing. Prints the results as JSON. engine.ts builds this
 * program into server/dist, which contains the entry point of the database thread, and runs the program in a separate process.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDefaultAccount } from '../../server/src/accounts/accounts.js';
import { openDiskBlobs } from '../../server/src/blobs/disk-blobs.js';
import { systemClock } from '../../server/src/system/clock.js';
import { acceptUpload } from '../../server/src/engine/hosted/accept-upload.js';
import type { EngineContext } from '../../server/src/engine/engine-context.js';
import { reserve } from '../../server/src/engine/hosted/reserve.js';
import { RunChanges } from '../../server/src/engine/run-changes.js';
import { createLogger } from '../../server/src/system/logger.js';
import { createModuleCatalogue } from '../../server/src/module-contract/module-catalogue.js';
import { openQueue } from '../../server/src/queue/boss-queue.js';
import { toQueueName } from '../../server/src/queue/queue.js';
import type { Runner } from '../../server/src/runner/runner.js';
import { openDatabase } from '../../server/src/store/open-database.js';
import { WorkerLoop } from '../../server/src/worker/worker-loop.js';

const chain = ['json-to-txt', 'parser', 'json-to-txt'];
const runCount = 200;

const dataDir = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
const databaseUrl = process.env['BENCH_DATABASE_URL'];
const db = await openDatabase({ dataDir, ...(databaseUrl ? { databaseUrl } : {}) });
const queue = await openQueue(db);
const modules = createModuleCatalogue();
await queue.ensureQueues(modules.all.map((module) => toQueueName(module.name)));
const blobs = await openDiskBlobs(dataDir);
const context: EngineContext = {
  db,
  queue,
  blobs,
  clock: systemClock,
  modules,
  reservationSeconds: 60,
  maxOpenRuns: 100_000,
  maxUnfinishedBytes: 1024 ** 3,
  resumeSeconds: 3600,
  webhooks: { maxPendingDeliveries: 100 },
  reporting: { offlineAfterMs: 30_000, crashAfterMs: 75_000, retentionMs: 0, maxWorkers: 100, maxLogLines: 1000 },
};
const changes = await RunChanges.open(db);
const account = await ensureDefaultAccount(db, systemClock);

const begunAt = new Map<string, number>();
const runner: Runner = {
  async run(task) {
    // record only when the first of the three steps begins
    if (!begunAt.has(task.input.fileName)) begunAt.set(task.input.fileName, performance.now());
    const path = join(task.scratch, 'out');
    await mkdir(task.scratch);
    await writeFile(path, '[]');
    return { path, bytes: 2, sha256: '0'.repeat(64), facts: {} };
  },
  close: () => Promise.resolve(),
};
const worker = new WorkerLoop(context, runner, changes, {
  concurrency: 4,
  modules: modules.all.map((module) => module.name),
  limits: { maxTextBytes: 1, maxItems: 1, maxOutputBytes: 1, maxExpandedBytes: 1, maxPixels: 1, maxAudioSeconds: 1 },
  logger: createLogger('warn'),
  gracePeriodMs: 1000,
});

async function submit(): Promise<{ runId: string; fileName: string; queuedAt: number; done: Promise<void> }> {
  const fileName = `${randomUUID()}.json`;
  const { fileId, runId } = await reserve(context, account.id, {
    pipeline: 'bench',
    chain,
    selections: chain.map(() => ({ model: 'base', params: {} })),
    fileName,
    directory: '/bench',
    tags: [],
    description: '',
    expireSeconds: 3600,
  });
  const done = new Promise<void>((resolve) => {
    const unwatch = changes.watch(runId, (change) => {
      if (change === 'reconnected' || change.state !== 'completed') return;
      unwatch();
      resolve();
    });
  });
  async function* content() {
    yield Buffer.from('[]');
  }
  const blob = await blobs.write(content(), { maxBytes: 10 });
  await acceptUpload(context, fileId, blob);
  return { runId, fileName, queuedAt: performance.now(), done };
}

const starts: number[] = [];
for (let i = -20; i < 100; i++) {
  const run = await submit();
  await run.done;
  if (i >= 0) starts.push(Math.max(0, (begunAt.get(run.fileName) as number) - run.queuedAt));
  begunAt.clear();
}

// measure the throughput of all three steps, with concurrent reservations and uploads
const start = performance.now();
let remaining = runCount;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (remaining-- > 0) await (await submit()).done;
  }),
);
const stepsPerSecond = (runCount * chain.length) / ((performance.now() - start) / 1000);

await worker.close();
await changes.close();
await queue.close();
await db.close();
await rm(dataDir, { recursive: true, force: true });
console.log(JSON.stringify({ backend: db.backend, starts, stepsPerSecond }));
