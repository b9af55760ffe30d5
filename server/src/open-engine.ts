import { mkdir } from 'node:fs/promises';
import { openDiskBlobs } from './blobs/disk-blobs.js';
import { systemClock, type Clock } from './system/clock.js';
import { SettingsError, type Settings } from './settings/config.js';
import type { EngineContext } from './engine/engine-context.js';
import { BatchChanges } from './engine/batches/batch-changes.js';
import { BatchSupervisor } from './engine/batches/batch-supervisor.js';
import { BulkJobRunner } from './engine/bulk/bulk-job-runner.js';
import { RunChanges } from './engine/run-changes.js';
import { assertSameDataDir } from './engine/hosted/data-dir-owner.js';
import { startLeftoverSweep } from './engine/hosted/sweep-leftovers.js';
import { NameTurns } from './engine/served/name-turns.js';
import type { ClaimState } from './engine/served/wait-for-claim.js';
import { ClaimNotifier } from './engine/served/claim-notifier.js';
import { startSweeper } from './engine/sweeper.js';
import { describeInsecureDataDir, explainDataDirError } from './system/data-dir-error.js';
import type { Logger } from './system/logger.js';
import { catalogue } from 'millrace/shared/modules/catalogue.js';
import { checkBuiltinParams } from './modules/check-params.js';
import { chooseDefaultModels } from './models/choose-default-models.js';
import { createModelSettingsLookup, getModuleLimits } from './settings/module-settings.js';
import { createModuleCatalogue, type ModuleCatalogue } from './module-contract/module-catalogue.js';
import { ConfigFileError } from './custom-modules/load-config.js';
import { loadCustomModules, type CustomModules } from './custom-modules/load-custom-modules.js';
import { openQueue } from './queue/boss-queue.js';
import { toQueueName } from './queue/queue.js';
import { PictureConverter } from './outputs/picture-converter.js';
import { openSemanticSearch } from './open-semantic-search.js';
import { createRunner } from './runner/fork-pool.js';
import type { SemanticSearchTools } from './search/semantic/semantic-search.js';
import { openDatabase, type MillraceDatabase } from './store/open-database.js';
import { BlobContents } from './store/tables/blob-contents.js';
import { WorkerLoop } from './worker/worker-loop.js';

interface OpenEngine {
  readonly context: EngineContext;
  readonly runChanges: RunChanges;
  readonly batchChanges: BatchChanges;
  readonly claimState: ClaimState;
  readonly bulk: BulkJobRunner;
  readonly db: MillraceDatabase;
  readonly customModuleNames: readonly string[];
  readonly semanticSearch: SemanticSearchTools;
  readonly pictures: PictureConverter;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly clock?: Clock;
  /** Called if the embedded database stops unexpectedly. All later statements fail. */
  readonly onFailure?: (error: Error) => void;
}

const hourMs = 3_600_000;
/** Timeout for converting an image to JPEG, in milliseconds. */
const pictureTimeoutMs = 60_000;

/** Returns the minimum age of the leftover files to remove, in milliseconds: at least an hour, and longer than any step or upload takes. */
function getLeftoverAgeMs({ moduleSeconds, presignSeconds, resumeSeconds }: Settings): number {
  return Math.max(hourMs, 2 * moduleSeconds * 1000, 2 * presignSeconds * 1000, 2 * resumeSeconds * 1000);
}

/**
 * Opens the database, the queue and the blob store, and starts the background work: the sweepers, the batch supervisor, bulk jobs and,
 * if the settings enable it, a worker.
 */
export async function openEngine(settings: Settings, logger: Logger, options: EngineOptions = {}): Promise<OpenEngine> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => logger.error('failed to shut down cleanly', { error: String(error) }));
    }
  };
  try {
    await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
    const warning = await describeInsecureDataDir(settings.dataDir);
    if (warning !== undefined) logger.warn(warning);
    const db = await openDatabase({
      dataDir: settings.dataDir,
      ...(settings.databaseUrl === undefined ? {} : { databaseUrl: settings.databaseUrl }),
      ...(options.onFailure ? { onFailure: options.onFailure } : {}),
    });
    closers.push(() => db.close());
    await assertSameDataDir(db, settings.dataDir);
    const customModules = await loadConfiguredModules(settings);
    const defaults = await chooseDefaultModels(catalogue, createModelSettingsLookup(settings));
    const modules = createModuleCatalogue(customModules.definitions, defaults, checkBuiltinParams);
    assertKnownModules(settings, modules);
    const queue = await openQueue(db, {
      onError: (error) => logger.warn('queue error', { error: String(error) }),
    });
    closers.push(() => queue.close());
    await queue.ensureQueues(modules.all.map((module) => toQueueName(module.name)));
    const context: EngineContext = {
      db,
      queue,
      blobs: await openDiskBlobs(settings.dataDir, settings.reservedDiskBytes, new BlobContents(db)),
      clock: options.clock ?? systemClock,
      modules,
      reservationSeconds: settings.reservationSeconds,
      resumeSeconds: settings.resumeSeconds,
      maxOpenRuns: settings.maxOpenRuns,
      maxUnfinishedBytes: settings.maxUnfinishedBytes,
      reporting: {
        offlineAfterMs: settings.workerOfflineSeconds * 1000,
        crashAfterMs: settings.workerCrashSeconds * 1000,
        retentionMs: settings.runRetentionDays * 24 * hourMs,
        maxWorkers: settings.maxWorkers,
        maxLogLines: settings.maxLogLines,
      },
      webhooks: { maxPendingDeliveries: settings.maxPendingDeliveries },
    };
    const runChanges = await RunChanges.open(db);
    closers.push(() => runChanges.close());
    const batchChanges = await BatchChanges.open(db);
    closers.push(() => batchChanges.close());
    const claimNotifier = await ClaimNotifier.open(db);
    closers.push(() => claimNotifier.close());
    // only one process can use the embedded database, so all existing leases belong to processes that have ended
    if (db.backend === 'pglite') await queue.expireAllLeases();
    closers.push(
      startSweeper(context, settings.sweepSeconds * 1000, (error) =>
        logger.warn('sweep failed', { error: String(error) }),
      ),
    );
    closers.push(startLeftoverSweep(context, settings.dataDir, getLeftoverAgeMs(settings), logger));
    const supervisor = new BatchSupervisor(context, runChanges, batchChanges, logger);
    closers.push(() => supervisor.close());
    const bulk = new BulkJobRunner(context, logger);
    closers.push(() => bulk.close());
    if (settings.worker) closers.push(startWorkerLoop(context, runChanges, settings, customModules, logger));
    const semantic = openSemanticSearch(context, settings, logger);
    closers.push(() => semantic.close());
    const pictures = createPictureConverter(context, settings);
    closers.push(() => pictures.close());
    return {
      context,
      runChanges,
      batchChanges,
      claimState: { notifier: claimNotifier, turns: new NameTurns() },
      bulk,
      db,
      customModuleNames: customModules.config?.modules ?? [],
      semanticSearch: semantic.tools,
      pictures,
      close,
    };
  } catch (error) {
    await close();
    throw explainDataDirError(error, settings.dataDir);
  }
}

/** Starts a worker in this process. @returns A function that stops the worker and its module processes. */
function startWorkerLoop(
  context: EngineContext,
  changes: RunChanges,
  settings: Settings,
  customModules: CustomModules,
  logger: Logger,
): () => Promise<void> {
  const runner = createRunner({
    concurrency: settings.concurrency,
    taskTimeoutMs: settings.moduleSeconds * 1000,
    memoryBytes: settings.moduleMemory,
    models: createModelSettingsLookup(settings),
    inspectPort: settings.inspectModules ?? 0,
    ...(customModules.config && { config: customModules.config }),
  });
  const worker = new WorkerLoop(context, runner, changes, {
    concurrency: settings.concurrency,
    modules: settings.modules ?? context.modules.all.map((module) => module.name),
    limits: getModuleLimits(settings),
    logger,
    gracePeriodMs: settings.graceSeconds * 1000,
  });
  return async () => {
    await worker.close();
    await runner.close();
  };
}

/** Creates the converter for input images. It uses a separate process, so that conversions do not wait for running steps. */
function createPictureConverter({ blobs }: EngineContext, settings: Settings): PictureConverter {
  const runner = createRunner({ concurrency: 1, taskTimeoutMs: pictureTimeoutMs, memoryBytes: settings.moduleMemory });
  return new PictureConverter(runner, blobs, getModuleLimits(settings));
}

async function loadConfiguredModules({ config, dataDir }: Settings): Promise<CustomModules> {
  try {
    return await loadCustomModules(config, dataDir);
  } catch (error) {
    throw error instanceof ConfigFileError ? new SettingsError(error.message, { cause: error }) : error;
  }
}

function assertKnownModules({ modules = [] }: Settings, catalogue: ModuleCatalogue): void {
  const unknownNames = modules.filter((name) => !catalogue.find(name));
  if (unknownNames.length === 0) return;
  const knownNames = catalogue.all.map((module) => module.name).join(', ');
  throw new SettingsError(`Expected \`modules\` to contain only ${knownNames}, got ${unknownNames.join(', ')}.`);
}
