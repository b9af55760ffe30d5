import { setMaxListeners } from 'node:events';
import { readSettings, type SettingsInput } from './settings/config.js';
import { ensureCredentials } from './accounts/credentials.js';
import { CredentialLookup } from './accounts/keys.js';
import { createApp } from './http/app.js';
import { getSessionCookieName } from './http/authenticate.js';
import type { HttpContext } from './http/http-context.js';
import { OpenStreams } from './http/live/open-streams.js';
import { Presigner } from './http/transfer/presign.js';
import { listModules } from './http/v1/server-info.js';
import { listen, type HttpListener } from './listen.js';
import { explainDataDirError } from './system/data-dir-error.js';
import { createLogger, type Logger } from './system/logger.js';
import { openEngine, type EngineOptions } from './open-engine.js';
import { createModelSettingsLookup } from './settings/module-settings.js';
import { runnableModules } from './modules/registry.js';
import { getServerLimits } from './settings/server-limits.js';
import { readSigningSecret } from './store/tables/settings.js';
import { asyncDispose } from 'millrace/shared/runtime/async-dispose.js';
import { SecretBox } from './webhooks/secret-box.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import packageJson from '../package.json' with { type: 'json' };

export interface StartOptions extends SettingsInput, EngineOptions {
  /**
   * The admin key to create if the server's account has no keys yet: 32 to 200 random ASCII characters without spaces.
   *
   * @default a random UUID
   */
  readonly firstKey?: string;
  /** @internal The directory that contains the built dashboard. Tests set it. */
  readonly dashboardDir?: URL;
  /** @default a logger that writes messages at `logLevel` or above to standard error */
  readonly logger?: Logger;
}

export interface RunningServer {
  /** The URL that the server listens on, without a trailing slash. */
  readonly url: string;
  /** The dashboard's URL, with a trailing slash: `publicUrl`, or `url` if `publicUrl` is not set. */
  readonly dashboardUrl: string;
  /** The API key in `credentials.json`. */
  readonly apiKey: string;
  readonly dataDir: string;
  /** Whether this startup generated the API key. False if `firstKey` is used. */
  readonly isNewKey: boolean;
  readonly backend: 'pglite' | 'postgres';
  /** Returns the modules and, for each model, whether and how it can run on this server. */
  listModules(): Promise<ModuleInfo[]>;
  /**
   * Stops accepting requests, waits up to `graceSeconds` for requests in progress and then up to `graceSeconds` for running steps, and
   * closes the database.
   */
  close(): Promise<void>;
  /** Closes the server at the end of an `await using` block. */
  [asyncDispose](): Promise<void>;
}

/**
 * Starts the server in this process. Uses the PostgreSQL database at `databaseUrl`, or the embedded database if there is no `databaseUrl`.
 *
 * @throws `SettingsError` if a setting is invalid; `DataDirInUseError` if another process is using the embedded
 * database.
 * @example
 * ```ts
 * const server = await startServer({ dataDir: './data', port: 0 });
 * const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
 * await server.close();
 * ```
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { logger: customLogger, clock, onFailure, firstKey, dashboardDir, ...input } = options;
  const settings = readSettings(input);
  const logger = customLogger ?? createLogger(settings.logLevel);
  const engine = await openEngine(settings, logger, { ...(clock && { clock }), ...(onFailure && { onFailure }) });
  const closing = new AbortController();
  // allow any number of listeners, because every waiting request adds one
  setMaxListeners(0, closing.signal);
  let startedListener: HttpListener | undefined;
  let startedSender: WebhookSender | undefined;
  try {
    const signingSecret = await readSigningSecret(engine.db);
    const secretBox = await SecretBox.open(settings.dataDir);
    const { version }: { version: string } = packageJson;
    const http: HttpContext = {
      version,
      engine: engine.context,
      runChanges: engine.runChanges,
      batchChanges: engine.batchChanges,
      claimState: engine.claimState,
      bulk: engine.bulk,
      keys: new CredentialLookup(engine.db, engine.context.clock),
      presigner: new Presigner(signingSecret, engine.context.clock, settings.presignSeconds),
      sessionCookieName: getSessionCookieName(signingSecret),
      secrets: secretBox,
      limits: getServerLimits(settings),
      settings,
      logger,
      closing: closing.signal,
      runnableModules: new Set([...runnableModules, ...engine.customModuleNames]),
      modelSettingsFor: createModelSettingsLookup(settings),
      semanticSearch: engine.semanticSearch,
      pictures: engine.pictures,
      advisedAccounts: new Set(),
      streams: new OpenStreams(settings.maxEventStreams),
      dashboardDir: dashboardDir ?? new URL('./dashboard/', import.meta.url),
    };
    const listener = (startedListener = await listen(createApp(http), settings));
    const url = `http://${toReachableHost(settings.host)}:${listener.port}`;
    await engine.db.recordServerAddress(settings.host, listener.port);
    const apiUrl = settings.publicUrl ?? url;
    const { clock: engineClock } = engine.context;
    const { apiKey, isNew } = await ensureCredentials(engine.db, engineClock, settings.dataDir, apiUrl, firstKey);
    const sender = (startedSender = await WebhookSender.open(engine.db, engine.context.clock, logger, {
      secrets: secretBox,
      allowPrivateAddresses: settings.webhookPrivateAddresses,
      timeoutMs: settings.webhookSeconds * 1000,
      retryDelaysMs: settings.webhookRetrySeconds.map((wait) => wait * 1000),
      pollIntervalMs: settings.sweepSeconds * 1000,
      userAgent: `millrace/${version}`,
    }));
    let closed: Promise<void> | undefined;
    const close = async () => {
      closing.abort();
      await listener.close(settings.graceSeconds * 1000);
      await sender.close();
      await engine.close();
    };
    const closeOnce = () => (closed ??= close());
    return {
      url,
      dashboardUrl: `${apiUrl.replace(/\/+$/, '')}/`,
      apiKey,
      dataDir: settings.dataDir,
      isNewKey: isNew,
      backend: engine.db.backend,
      listModules: () => listModules(http),
      close: closeOnce,
      [asyncDispose]: closeOnce,
    };
  } catch (error) {
    await startedListener?.close(0);
    await startedSender?.close();
    await engine.close();
    throw explainDataDirError(error, settings.dataDir);
  }
}

/** Returns the host for a URL that works on this machine. A wildcard address is replaced by the loopback address. */
function toReachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
