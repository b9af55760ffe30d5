import { ServerRuns } from './calls/server-runs.js';
import { verifyAccess } from './calls/verify-access.js';
import { checkChain } from './chain/check-chain.js';
import { loadConfigFile } from './chain/config-file.js';
import { Issues } from './arguments/issues.js';
import { Connection } from './http/connection.js';
import { lendConnection } from './http/connection-of.js';
import { maskKey } from './http/redact.js';
import { catalogue } from './modules/catalogue.js';
import { HostedPipeline } from './pipeline.js';
import { looseLimits } from './rules/loose-limits.js';
import { checkPipelineName } from './rules/pipeline-name.js';
import { resolveSettings } from './settings/resolve-settings.js';
import type { CheckChain } from './types/chain.js';
import type { ClientOptions, RequestOptions } from './types/client-options.js';
import type { ModuleName } from './types/module.js';
import type { Pipeline } from './types/pipeline.js';
import type { Runs } from './types/runs.js';
import type { ModuleInfo, ServerInfo } from './types/server-info.js';

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
export class Client {
  /** Runs of any kind, of any pipeline. */
  readonly runs: Runs;
  /** The names of the built-in modules. */
  readonly modules: readonly ModuleName[];
  readonly #connection: Connection;

  /** @throws `ValidationError` for options, `ConfigurationError` for the environment. What is missing is said on first use. */
  constructor(options: ClientOptions = {}) {
    this.#connection = new Connection(resolveSettings(options, process.env));
    this.runs = new ServerRuns(this.#connection);
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
    moduleChain: readonly [...C] extends CheckChain<C> ? readonly [...C] : CheckChain<C>,
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

  /** Closes idle connections, so that a program that is done can end at once. The client can still be used. */
  close(): void {
    this.#connection.agents.close();
  }

  #create(name: string, chain: unknown): HostedPipeline {
    const issues = new Issues();
    issues.add(['name'], checkPipelineName(name, looseLimits));
    issues.throwIfAny();
    checkChain(chain);
    return new HostedPipeline({ connection: this.#connection, name, chain: [...chain] });
  }

  #describe(): string {
    const { apiUrl, apiKey } = this.#connection.settings;
    const key = typeof apiKey === 'function' ? '[function]' : apiKey === undefined ? 'none' : `'${maskKey(apiKey)}'`;
    return `Client { apiUrl: ${apiUrl === undefined ? 'none' : `'${apiUrl}'`}, apiKey: ${key} }`;
  }
}
