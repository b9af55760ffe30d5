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
  declare readonly runs: Runs;
  /** The names of the built-in modules. */
  declare readonly modules: readonly ModuleName[];
  /** Where the server is. */
  declare readonly apiUrl: string;

  constructor(options?: ClientOptions) {
    void options;
  }

  /** Checks the address and the key with one request. @throws `AuthenticationError` when the server does not know the key. */
  declare verify: (options?: RequestOptions) => Promise<void>;

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
    void name;
    void moduleChain;
    return undefined as unknown as Pipeline<Readonly<C>>;
  }

  /** Makes a pipeline from its YAML file, of which only the names count. @throws `ValidationError`, `ChainError` */
  declare loadPipeline: (configPath: string) => Promise<Pipeline>;

  /** What the server says of itself; asked once a client. */
  declare serverInfo: (options?: RequestOptions) => Promise<ServerInfo>;

  /** The modules the server offers, its own included; the built-in ones where it cannot say. */
  declare listModules: (options?: RequestOptions) => Promise<ModuleInfo[]>;

  /** Closes idle connections, so that a program that is done can end at once. The client can still be used. */
  declare close: () => void;
}
