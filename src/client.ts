import { ServerFiles } from './resources/files.js';
import { ServerRuns } from './resources/runs.js';
import { ServerWorkers } from './resources/workers.js';
import { ServerWebhooks } from './resources/webhooks.js';
import { verifyAccess } from './resources/verify-access.js';
import { checkChain } from './options/check-chain.js';
import { loadConfigFile } from './pipeline/config-file.js';
import { Issues } from './options/issues.js';
import { Connection } from './http/connection.js';
import { lendConnection } from './http/connection-of.js';
import { maskKey } from './shared/rules/secrets.js';
import { catalogue } from './shared/modules/catalogue.js';
import { HostedPipeline } from './pipeline/hosted-pipeline.js';
import { findReporter, reporterOf } from './report/reporter-of.js';
import { startWorker } from './report/start-worker.js';
import { looseLimits } from './shared/rules/loose-limits.js';
import { checkPipelineName } from './shared/rules/pipeline-name.js';
import { resolveSettings } from './settings/resolve-settings.js';
import type { Chain } from './shared/modules/chain.js';
import type { ClientOptions, RequestOptions } from './shared/types/client-options.js';
import type { Files } from './shared/types/files.js';
import type { ModuleName } from './shared/modules/module.js';
import type { Pipeline } from './shared/types/pipeline.js';
import { observeRuns, type RunObserver, type RunReporter } from './shared/runs/run-observer.js';
import type { Runs } from './shared/types/runs.js';
import type { ModuleInfo, ServerInfo } from './shared/types/server-info.js';
import type { Webhooks } from './shared/types/webhook.js';
import type { Worker, WorkerOptions, Workers } from './report/worker-options.js';

/** Milliseconds that `close()` gives to what waits to be reported. */
const flushMs = 3000;

/**
 * The connection to a server. Making one sends nothing and reads the environment once; several clients do not know of
 * each other.
 *
 * @example
 * ```ts
 * const client = new Client({ apiUrl: 'http://127.0.0.1:8418', apiKey: process.env.MY_KEY });
 * const search = client.createPipeline('contracts', ['parser', 'text-embedder', 'vector-db']);
 * ```
 */
export class Client implements RunReporter {
  /** Runs of any kind, of any pipeline. */
  readonly runs: Runs;
  /** Files of any pipeline. */
  readonly files: Files;
  /** Programs that execute runs of their own functions. */
  readonly workers: Workers;
  /** Addresses that are told when a run of the account has ended. */
  readonly webhooks: Webhooks;
  /** The names of the built-in modules. */
  readonly modules: readonly ModuleName[];
  readonly #connection: Connection;

  /** @throws `ValidationError` for options, `ConfigurationError` for the environment. What is missing is said on first use. */
  constructor(options: ClientOptions = {}) {
    this.#connection = new Connection(resolveSettings(options, process.env));
    this.runs = new ServerRuns(this.#connection);
    this.files = new ServerFiles(this.#connection);
    this.workers = new ServerWorkers(this.#connection);
    this.webhooks = new ServerWebhooks(this.#connection);
    this.modules = catalogue.map((module) => module.name as ModuleName);
    lendConnection(this, this.#connection);
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Client): string {
        return this.#describe();
      },
    });
  }

  /** Where the server is. @throws `ConfigurationError` when neither options nor environment nor credentials file say it. */
  get apiUrl(): string {
    return this.#connection.apiUrl;
  }

  /** Checks the address and the key with one request. @throws `AuthenticationError` when the server does not know the key. */
  async verify(options: RequestOptions = {}): Promise<void> {
    await verifyAccess(this.#connection, options);
  }

  /**
   * A pipeline is a name and a chain: no request is made.
   * A literal chain is checked by the compiler; any other array when this is called. A module that is not built in is
   * taken to be the server's own, and asked about before the first file is sent.
   *
   * @throws `ChainError`, `ValidationError`
   */
  createPipeline<const C extends readonly ModuleName[] | []>(
    name: string,
    moduleChain: Chain<C>,
  ): Pipeline<Readonly<C>> {
    return this.#create(name, moduleChain) as unknown as Pipeline<Readonly<C>>;
  }

  /** Makes a pipeline from its YAML file, of which only the names count. @throws `ValidationError`, `ChainError` */
  async loadPipeline(configPath: string): Promise<Pipeline> {
    const { name, chain } = await loadConfigFile(configPath);
    return this.#create(name, chain);
  }

  /** What the server says of itself; asked once a client. */
  async serverInfo(options: RequestOptions = {}): Promise<ServerInfo> {
    return this.#connection.server(options);
  }

  /** The modules the server offers, its own included; the built-in ones where it cannot say. Asked once a client. */
  async listModules(options: RequestOptions = {}): Promise<ModuleInfo[]> {
    return [...(await this.#connection.modules(options))];
  }

  /**
   * Registers this program as a worker, and tells the server every 20 seconds that it lives. Give the worker as `report` to runs.
   * Resolves without the server, too: then it registers when that is there.
   *
   * @throws `ValidationError`
   * @example
   * ```ts
   * const worker = await client.worker({ name: 'cleaner', version: 'v1.0', pipelines: [clean] });
   * await clean.run({ raw: ' hola ' }, { report: worker });
   * await worker.close();
   * ```
   */
  async worker(options: WorkerOptions): Promise<Worker> {
    return startWorker(this.#connection, options);
  }

  /** What `report: client` does with a run. */
  [observeRuns](): RunObserver {
    return reporterOf(this.#connection).observer(null);
  }

  /**
   * Waits until everything that runs have reported has arrived at the server.
   *
   * @param options `timeout`: milliseconds at the most. Default 10_000.
   * @returns Whether it has.
   */
  async flush(options: { timeout?: number | undefined } = {}): Promise<boolean> {
    const { timeout = 10_000 } = options;
    return (await findReporter(this.#connection)?.flush(timeout)) ?? true;
  }

  /**
   * Closes idle connections, so that a program that is done can end at once. What waits to be reported is sent first, in the
   * background and for at most 3 seconds. The client can still be used.
   */
  close(): void {
    const { agents } = this.#connection;
    const reporter = findReporter(this.#connection);
    if (reporter) void reporter.flush(flushMs).then(() => agents.close());
    else agents.close();
  }

  #create(name: string, chain: unknown): HostedPipeline {
    const issues = new Issues();
    issues.add(['name'], checkPipelineName(name, looseLimits));
    issues.throwIfAny();
    checkChain(chain);
    return new HostedPipeline({ connection: this.#connection, name, chain: [...chain] });
  }

  #describe(): string {
    const { apiKey } = this.#connection;
    const { apiUrl } = this.#connection.settings;
    const key = typeof apiKey === 'function' ? '[function]' : apiKey === undefined ? 'none' : `'${maskKey(apiKey)}'`;
    return `Client { apiUrl: ${apiUrl === undefined ? 'none' : `'${apiUrl}'`}, apiKey: ${key} }`;
  }
}
