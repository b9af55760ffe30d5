import { checkOptions, Issues } from './options/issues.js';
import { maxTimerDelayMs, toBeBoolean, toBeMillisecondsOrInfinity } from './options/option-rules.js';
import { requestRules } from './options/request-options.js';
import { checkChain } from './options/check-chain.js';
import { Connection } from './http/connection.js';
import { HostedPipeline } from './pipeline/hosted-pipeline.js';
import { definePrintedText } from './print/short-form.js';
import { inputRules } from './process/output/output-options.js';
import { findReporter, getOrCreateReporter } from './report/get-reporter.js';
import { ServerStore } from './report/server-store.js';
import type { WorkerOptions } from './report/start-worker.js';
import type { StartArguments, StartResult, StartRunOptions } from './report/start-run.js';
import type { Startable } from './report/startable.js';
import type { StartedRun } from './report/started-run.js';
import type { Worker } from './report/worker.js';
import { Audit } from './resources/audit.js';
import { Batches } from './resources/batches.js';
import { Files } from './resources/files.js';
import { Pipelines } from './resources/pipelines.js';
import { Runs } from './resources/runs.js';
import { Keys } from './resources/keys.js';
import { Webhooks } from './resources/webhooks.js';
import { Workers } from './resources/workers.js';
import { resolveSettings } from './settings/resolve-settings.js';
import { catalogue } from './shared/modules/catalogue.js';
import type { Chain } from './shared/modules/chain.js';
import type { ModuleName } from './shared/modules/module.js';
import { looseLimits } from './shared/rules/limits.js';
import { checkPipelineName } from './shared/rules/free-text.js';
import { maskKey } from './shared/rules/mask-secret.js';
import { observeRuns, type RunObserver, type RunReporter, type RunStore } from './shared/runs/run-observer.js';
import { asyncDispose } from './shared/runtime/async-dispose.js';
import type { ClientOptions, RequestOptions } from './shared/types/client-options.js';
import type { NewPipeline, PipelineOptions } from './shared/types/pipeline.js';
import type { SyncOptions, SyncSummary } from './shared/types/files/sync.js';
import type { ModuleInfo, ServerInfo } from './shared/types/server-info.js';

/** How long `close()` waits for pending events to be sent, in milliseconds. */
const closeTimeoutMs = 3000;

/**
 * A client for one server. The constructor may read the environment and the credentials file, but sends no request. Clients share no state.
 *
 * @example
 * ```ts
 * const client = new Client({ apiUrl: 'http://127.0.0.1:8418', apiKey: process.env.MY_KEY });
 * const search = client.createPipeline('contracts', ['parser', 'text-embedder', 'vector-db']);
 * ```
 */
export class Client implements RunReporter {
  /** The account's runs, of any kind. */
  readonly runs: Runs;
  /** The account's batches. `processMany` creates a batch. */
  readonly batches: Batches;
  /** Statistics about the account's pipelines, flows and tasks. */
  readonly pipelines: Pipelines;
  /** The account's files, from any pipeline. */
  readonly files: Files;
  /** The account's workers: processes that run your functions. */
  readonly workers: Workers;
  /** The account's webhooks: URLs that the server notifies when a run or a batch ends. */
  readonly webhooks: Webhooks;
  /** The account's API keys. All calls except `createSignInLink` require an admin key. */
  readonly keys: Keys;
  /** The account's audit log, which records the changes and the keys that made them. Requires an admin key. */
  readonly audit: Audit;
  /** The names of the built-in modules. */
  readonly modules: readonly ModuleName[];
  /**
   * A store on the server. Runs that use this store are also reported to the server. Any process with the same key, or with an operator or
   * admin key, can resume a run, but a run can be in progress in only one process at a time.
   *
   * @example
   * ```ts
   * const run = await resume('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { of: clean, store: client.store });
   * await run.result();
   * ```
   */
  readonly store: RunStore;
  readonly #connection: Connection;

  /**
   * @throws `ValidationError` if an option is invalid; `ConfigurationError` if an environment variable or the URL in the credentials file
   * is invalid, or if the key must not be sent to that URL. A missing URL or key causes a `ConfigurationError` on first use.
   */
  constructor(options: ClientOptions = {}) {
    this.#connection = new Connection(resolveSettings(options, process.env));
    this.runs = new Runs(this.#connection);
    this.batches = new Batches(this.#connection);
    this.pipelines = new Pipelines(this.#connection);
    this.files = new Files(this.#connection, async (fileId, options) => {
      checkOptions(options, inputRules, 'files.input()');
      const { fetchInput } = await import('./process/output/fetch-input.js');
      return fetchInput(this.#connection, fileId, options);
    });
    this.workers = new Workers(this.#connection);
    this.webhooks = new Webhooks(this.#connection);
    this.keys = new Keys(this.#connection);
    this.audit = new Audit(this.#connection);
    this.modules = catalogue.map((module) => module.name as ModuleName);
    this.store = new ServerStore(this.#connection);
  }

  static {
    definePrintedText(this.prototype, (client) => client.#describe());
  }

  /**
   * The server's URL.
   *
   * @throws `ConfigurationError` if the URL or the API key is missing from the options, the environment and the credentials file.
   */
  get apiUrl(): string {
    return this.#connection.apiUrl;
  }

  /**
   * Checks the URL and the API key by sending a request.
   *
   * @throws `AuthenticationError` if the server rejects the key; `ResponseShapeError` if the URL does not lead to a Millrace or Krixik
   * server.
   */
  async verify(options: RequestOptions = {}): Promise<void> {
    checkOptions(options, requestRules, 'verify()');
    // the protocol expects an empty object that is serialized twice
    const call = { action: 'check the API key', path: '/cli-checkin', json: '{}' };
    await this.#connection.request(call, options);
  }

  /**
   * Creates a pipeline from a name and a chain, without sending a request. The chain is always checked at runtime. If its modules are
   * literals, the compiler also checks it. Modules that are not built in are treated as custom modules and checked against the server's
   * modules before the first file is sent.
   *
   * @throws `ChainError` if the chain is invalid; `ValidationError` if the name or an option is invalid.
   */
  createPipeline<const C extends readonly ModuleName[] | []>(
    name: string,
    moduleChain: Chain<C>,
    options: PipelineOptions = {},
  ): NewPipeline<Readonly<C>> {
    checkOptions(options, { keepInput: toBeBoolean }, 'createPipeline()');
    return this.#createHostedPipeline(name, moduleChain, options) as unknown as NewPipeline<Readonly<C>>;
  }

  /** Loads a pipeline from a YAML file. @throws `ValidationError` if the file is missing or invalid; `ChainError` for an invalid chain. */
  async loadPipeline(configPath: string): Promise<NewPipeline<readonly ModuleName[]>> {
    const { loadConfigFile } = await import('./pipeline/config-file.js');
    const { name, chain } = await loadConfigFile(configPath);
    return this.#createHostedPipeline(name, chain);
  }

  /**
   * Mirrors a folder to a pipeline: adds new files, replaces changed files, moves renamed files, and deletes files that an earlier call
   * added and that are no longer in the folder. Files with the same content are processed once. The server keeps the files until they are
   * deleted or, if `expireTime` is set, until they expire.
   *
   * @throws `ValidationError` if an argument is invalid, if the folder does not exist, or if all files would be deleted and neither
   * `deleteAll` nor `dryRun` is set; `ConfigurationError` if the server does not support this call.
   * @example
   * ```ts
   * const contracts = client.createPipeline('contracts', ['parser', 'json-to-txt', 'keyword-db']);
   * const { added, replaced, deleted } = await client.sync('./contracts', { pipeline: contracts, dryRun: true });
   * ```
   */
  async sync<C extends readonly ModuleName[]>(directory: string | URL, options: SyncOptions<C>): Promise<SyncSummary> {
    const { syncFolder } = await import('./sync/sync-folder.js');
    return syncFolder(this.#connection, directory, options);
  }

  /**
   * Returns the server's kind, version and limits. The result is cached for one minute if `kind` is `hosted`, and otherwise for the
   * client's lifetime.
   */
  async serverInfo(options: RequestOptions = {}): Promise<ServerInfo> {
    return this.#connection.getServerInfo(options);
  }

  /** Returns the server's modules. For the hosted service, which cannot list them, returns the built-in modules. The result is cached. */
  async listModules(options: RequestOptions = {}): Promise<ModuleInfo[]> {
    return [...(await this.#connection.getModules(options))];
  }

  /**
   * Registers this process as a worker and sends a heartbeat every 20 seconds. Pass the worker to runs as the `report` option, or set
   * `serves` to execute runs from the server. Resolves even if the server cannot be reached, in which case the worker registers later.
   *
   * @throws `ValidationError` if an option is invalid.
   * @example
   * ```ts
   * const worker = await client.worker({ name: 'cleaner', version: 'v1.0', pipelines: [clean] });
   * await clean.run({ raw: ' hola ' }, { report: worker });
   * await worker.close();
   * ```
   */
  async worker(options: WorkerOptions): Promise<Worker> {
    const { startWorker } = await import('./report/start-worker.js');
    return startWorker(this.#connection, options);
  }

  /**
   * Starts a run of a task, flow or pipeline on a worker in any process. See the `serves` option of `client.worker()`. The run waits
   * until a worker claims it. Until then, the run's record says why it is waiting.
   *
   * @param of A task, flow or pipeline, or its name. For a name, a type argument sets the types: `client.start<typeof sum>('sum', [1])`.
   * @param args The arguments. A pipeline has one argument, its input.
   * @throws `ValidationError` if an argument is invalid; `ApiError` if the idempotency key was used for another start.
   * @example
   * ```ts
   * const run = await client.start('read-facts', ['https://example.org/'], { idempotencyKey: 'facts-2026-05-01' });
   * const facts = await run.result();
   * ```
   */
  async start<T extends Startable>(
    of: T | string,
    args: StartArguments<T>,
    options: StartRunOptions = {},
  ): Promise<StartedRun<StartResult<T>>> {
    const { startRun } = await import('./report/start-run.js');
    return startRun<StartResult<T>>(this.#connection, this.runs, of, args, options);
  }

  /** Creates the observer for a run that is started with `report: client`. */
  [observeRuns](): RunObserver {
    return getOrCreateReporter(this.#connection).createObserver(null);
  }

  /**
   * Waits until this client has no pending events of reported runs. Stops waiting if the server does not support run events.
   *
   * @param options.waitTimeout Maximum total wait time, in milliseconds. Default 10_000.
   * @returns Whether no events are pending. Events that the server rejects or the client drops are no longer pending.
   */
  async flush(options: { waitTimeout?: number | undefined } = {}): Promise<boolean> {
    checkOptions(options, { waitTimeout: toBeMillisecondsOrInfinity }, 'flush()');
    const { waitTimeout = 10_000 } = options;
    return (await findReporter(this.#connection)?.flush(Math.min(waitTimeout, maxTimerDelayMs))) ?? true;
  }

  /**
   * Waits up to 3 seconds for pending events to be sent, then closes all connections except those of your own HTTP agents, so that the
   * program can exit immediately. Call this after all requests have completed: a request in progress loses its connection, and fails or is
   * retried. Never rejects. The client can still be used afterwards.
   *
   * @example
   * ```ts
   * await using client = new Client(); // closed at the end of the block; or call `await client.close()`
   * ```
   */
  async close(): Promise<void> {
    await findReporter(this.#connection)?.flush(closeTimeoutMs);
    this.#connection.agents.close();
  }

  /** Closes the client at the end of an `await using` block. */
  async [asyncDispose](): Promise<void> {
    await this.close();
  }

  #createHostedPipeline(name: string, chain: unknown, options: PipelineOptions = {}): HostedPipeline {
    const issues = new Issues();
    issues.add(['name'], checkPipelineName(name, looseLimits));
    issues.throwIfAny();
    checkChain(chain);
    return new HostedPipeline({ ...options, connection: this.#connection, name, chain: [...chain] });
  }

  #describe(): string {
    const { apiKey } = this.#connection;
    const { apiUrl } = this.#connection.settings;
    const key = typeof apiKey === 'function' ? '[function]' : apiKey === undefined ? 'none' : `'${maskKey(apiKey)}'`;
    return `Client { apiUrl: ${apiUrl === undefined ? 'none' : `'${apiUrl}'`}, apiKey: ${key} }`;
  }
}
