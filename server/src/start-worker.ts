import { readSettings, SettingsError, type SettingsInput } from './settings/config.js';
import { createLogger, type Logger } from './system/logger.js';
import { asyncDispose } from 'millrace/shared/runtime/async-dispose.js';
import { openEngine, type EngineOptions } from './open-engine.js';

export interface WorkerStartOptions extends Omit<SettingsInput, 'worker'>, EngineOptions {
  readonly logger?: Logger;
}

export interface RunningWorker {
  close(): Promise<void>;
  /** Closes the worker at the end of an `await using` block. */
  [asyncDispose](): Promise<void>;
}

/**
 * Starts a worker without an HTTP server. The worker claims steps from the PostgreSQL database at `databaseUrl` and runs them. Its
 * `dataDir` must be the directory used by all other servers and workers on that database.
 *
 * @throws `SettingsError` if a setting is invalid, or if `databaseUrl` is not set, because only one process can use the embedded database.
 */
export async function startWorker(options: WorkerStartOptions = {}): Promise<RunningWorker> {
  const { logger, clock, onFailure, ...input } = options;
  const settings = readSettings({ ...input, worker: true });
  if (settings.databaseUrl === undefined) {
    throw new SettingsError(
      'A separate worker requires a PostgreSQL database, because only one process can use the embedded database. ' +
        'Set DATABASE_URL, or use `millrace serve`, which also runs steps.',
    );
  }
  const engine = await openEngine(settings, logger ?? createLogger(settings.logLevel), {
    ...(clock && { clock }),
    ...(onFailure && { onFailure }),
  });
  const close = () => engine.close();
  return { close, [asyncDispose]: close };
}
