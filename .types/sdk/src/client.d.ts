import { type WorkerOptions } from './report/start-worker.js';
import type { Worker } from './report/worker.js';
import { Files } from './resources/files.js';
import { Runs } from './resources/runs.js';
import { Webhooks } from './resources/webhooks.js';
import { Workers } from './resources/workers.js';
import type { Chain } from './shared/modules/chain.js';
import type { ModuleName } from './shared/modules/module.js';
import { observeRuns, type RunObserver, type RunReporter, type RunStore } from './shared/runs/run-observer.js';
import { asyncDispose } from './shared/runtime/async-dispose.js';
import type { ClientOptions, RequestOptions } from './shared/types/client-options.js';
import type { NewPipeline } from './shared/types/pipeline.js';
import type { ModuleInfo, ServerInfo } from './shared/types/server-info.js';
/**
 * A connection to a server. Creating a client sends no request and reads the environment once. Clients share no state.
 *
 * @example
 * ```ts
 * const client = new Client({ apiUrl: 'http://127.0.0.1:8418', apiKey: process.env.MY_KEY });
 * const search = client.createPipeline('contracts', ['parser', 'text-embedder', 'vector-db']);
 * ```
 */
export declare class Client implements RunReporter {
    #private;
    /** All runs in the account, of any kind. */
    readonly runs: Runs;
    /** All files in the account, from any pipeline. */
    readonly files: Files;
    /** The account's workers, which are processes that run their own functions. */
    readonly workers: Workers;
    /** The URLs that the server notifies when a run in the account ends. */
    readonly webhooks: Webhooks;
    /** The names of the built-in modules. */
    readonly modules: readonly ModuleName[];
    /**
     * A store that keeps runs on the server. Any process with the same account can resume a run, but only one at a time. Runs started
     * with this store are also reported to the server.
     *
     * @example
     * ```ts
     * const run = await resume('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { of: clean, store: client.store });
     * await run.result();
     * ```
     */
    readonly store: RunStore;
    /**
     * @throws `ValidationError` if an option is invalid; `ConfigurationError` if an environment variable is invalid. A missing URL
     * or key causes an error on first use.
     */
    constructor(options?: ClientOptions);
    /**
     * The server's URL.
     *
     * @throws `ConfigurationError` if it is missing from the options, the environment and the credentials file.
     */
    get apiUrl(): string;
    /**
     * Checks the URL and the API key with one request.
     *
     * @throws `AuthenticationError` if the server rejects the key; `ResponseShapeError` if the URL is that of another web site.
     */
    verify(options?: RequestOptions): Promise<void>;
    /**
     * Creates a pipeline from a name and a chain, without sending a request. The compiler checks a literal chain; a non-literal
     * array is checked at runtime. A module that is not built in is treated as a custom module, so the server's modules are fetched
     * before the first file is sent.
     *
     * @throws `ChainError`, `ValidationError`
     */
    createPipeline<const C extends readonly ModuleName[] | []>(name: string, moduleChain: Chain<C>): NewPipeline<Readonly<C>>;
    /** Creates a pipeline from a YAML file. @throws `ValidationError`, `ChainError` */
    loadPipeline(configPath: string): Promise<NewPipeline<readonly ModuleName[]>>;
    /** Returns the server's kind and limits. The result is cached. */
    serverInfo(options?: RequestOptions): Promise<ServerInfo>;
    /** Returns the server's modules, or the built-in ones for the hosted service, which cannot list them. The result is cached. */
    listModules(options?: RequestOptions): Promise<ModuleInfo[]>;
    /**
     * Registers this process as a worker and sends a heartbeat every 20 seconds. Pass the worker to runs as the `report` option.
     * Resolves even if the server cannot be reached, in which case the worker registers later.
     *
     * @throws `ValidationError`
     * @example
     * ```ts
     * const worker = await client.worker({ name: 'cleaner', version: 'v1.0', pipelines: [clean] });
     * await clean.run({ raw: ' hola ' }, { report: worker });
     * await worker.close();
     * ```
     */
    worker(options: WorkerOptions): Promise<Worker>;
    /** Creates the observer for a run with `report: client`. */
    [observeRuns](): RunObserver;
    /**
     * Waits until the server has received all events from runs that use the `report` option.
     *
     * @param options.waitTimeout Maximum total wait time, in milliseconds. Default 10_000.
     * @returns Whether the server received all events in time.
     */
    flush(options?: {
        waitTimeout?: number | undefined;
    }): Promise<boolean>;
    /**
     * Waits up to 3 seconds for pending events to be sent, then closes all connections, so that a finished program can exit
     * immediately. Call it after your requests have completed, because a request in progress loses its connection and is then retried
     * or fails. Never rejects. The client can still be used afterwards.
     *
     * @example
     * ```ts
     * await using client = new Client(); // closed at the end of the block; or call `await client.close()`
     * ```
     */
    close(): Promise<void>;
    /** Closes the client at the end of an `await using` block. */
    [asyncDispose](): Promise<void>;
}
