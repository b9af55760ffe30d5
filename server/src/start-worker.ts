import { readSettings, SettingsError, type SettingsInput } from './settings/config.js';
import { createLogger, type Logger } from './system/logger.js';
import { openEngine, type EngineOptions } from './open-engine.js';

export interface WorkerStartOptions extends Omit<SettingsInput, 'worker'>, EngineOptions {
  readonly logger?: Logger;
}

export interface RunningWorker {
  close(): Promise<void>;
}

/**
 * Starts a worker without HTTP. It claims steps from the PostgreSQL server of `databaseUrl` and runs them in this process. Its
 * `dataDir` must be the servers' data directory (a shared directory).
 *
 * @throws `SettingsError` without a `databaseUrl`: the embedded database belongs to one process.
 */
export async function startWorker(options: WorkerStartOptions = {}): Promise<RunningWorker> {
  const { logger, clock, onFailure, ...input } = options;
  const settings = readSettings({ ...input, worker: true });
  if (settings.databaseUrl === undefined) {
    throw new SettingsError(
      'Expected a PostgreSQL address for a separate worker, got none: the embedded database belongs to one process, ' +
        'which runs its own workers. Set DATABASE_URL, or use `millrace serve`.',
    );
  }
  const engine = await openEngine(settings, logger ?? createLogger(settings.logLevel), {
    ...(clock && { clock }),
    ...(onFailure && { onFailure }),
  });
  return { close: () => engine.close() };
}
