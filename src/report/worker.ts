import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { NotFoundError } from '../errors/api-error.js';
import type { Connection } from '../http/connection.js';
import { requestV1 } from '../http/call-v1.js';
import { checkId } from '../shared/rules/arguments.js';
import { observeRuns, type RunObserver, type RunReporter } from '../shared/runs/run-observer.js';
import { asyncDispose } from '../shared/runtime/async-dispose.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import type { WorkerPipeline } from '../shared/types/worker.js';
import type { Reporter } from './reporter.js';
import { RunExecutor, type ServingOptions } from './serving/run-executor.js';
import { messageOf } from '../shared/rules/class-of.js';
import { unref } from '../shared/runtime/unref.js';

const heartbeatIntervalMs = 20_000;
/** Options for registration and heartbeat requests. */
const requestOptions = { timeout: 5000, maxRetries: 0 };
/** Maximum time that `close` waits for pending events to be sent, in milliseconds. */
const flushTimeoutMs = 3000;

/** A process that registers with the server as a worker. Pass the worker as the `report` option to attribute runs to it. */
export interface Worker extends RunReporter {
  readonly name: string;
  readonly version: string;
  /** The worker's id; `null` until the worker is registered, unless `idFile` contains the id. */
  readonly id: string | null;
  /**
   * Stops the heartbeats, then waits up to 3 seconds for pending events to be sent. A worker with `serves` first stops claiming runs, waits
   * up to `grace` milliseconds for runs in progress, and returns unfinished runs to the server.
   */
  close(): Promise<void>;
  /** Closes the worker at the end of an `await using` block. */
  [asyncDispose](): Promise<void>;
}

export interface WorkerIdentity {
  readonly name: string;
  readonly version: string;
  readonly pipelines: readonly WorkerPipeline[];
}

/** A worker that registers with the server and sends heartbeats. It retries a failed registration at the next heartbeat. */
export class RegisteredWorker implements Worker {
  readonly name: string;
  readonly version: string;
  readonly #connection: Connection;
  readonly #reporter: Reporter;
  readonly #identity: WorkerIdentity;
  readonly #idFile: string | undefined;
  #id: string | null = null;
  #heartbeat: NodeJS.Timeout | undefined;
  #hasWarned = false;
  #executor: RunExecutor | undefined;

  constructor(connection: Connection, reporter: Reporter, identity: WorkerIdentity, idFile: string | undefined) {
    this.#connection = connection;
    this.#reporter = reporter;
    this.#identity = identity;
    this.#idFile = idFile;
    this.name = identity.name;
    this.version = identity.version;
  }

  get id(): string | null {
    return this.#id;
  }

  [observeRuns](): RunObserver {
    return this.#reporter.createObserver(this.#id);
  }

  /** Registers the worker and starts its heartbeats. Never rejects, because the program can run without the server. */
  async start(): Promise<void> {
    if (this.#idFile !== undefined) this.#id = (await readWorkerId(this.#idFile, () => this.#digest)) ?? null;
    await this.#ensureRegistered(false);
    this.#heartbeat = unref(setInterval(() => void this.#ensureRegistered(true), heartbeatIntervalMs));
  }

  /** Starts claiming runs from the server. */
  serve(options: ServingOptions): void {
    this.#executor = new RunExecutor(this.#connection, this.#reporter, this, options);
    this.#reporter.exitReporter.closeCallbacks.add(this.#closeCallback);
    this.#executor.start();
  }

  readonly #closeCallback = (): Promise<void> => this.close();

  async close(): Promise<void> {
    this.#reporter.exitReporter.closeCallbacks.delete(this.#closeCallback);
    await this.#executor?.close();
    clearInterval(this.#heartbeat);
    await this.#reporter.flush(flushTimeoutMs);
  }

  async [asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Registers the worker if the server does not know about it, for example because the server's database was reset. Never rejects. */
  async register(): Promise<void> {
    await this.#ensureRegistered(false);
  }

  /** Sends a heartbeat. Registers the worker if it has no id or is unknown to the server. Never rejects. Logs only the first error. */
  async #ensureRegistered(isBackground: boolean): Promise<void> {
    try {
      if (this.#id !== null && (await this.#sendHeartbeat(this.#id, isBackground))) return;
      this.#id = await this.#register(isBackground);
      if (this.#idFile !== undefined) await writeWorkerId(this.#idFile, this.#digest, this.#id);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#connection.settings.log.warn(
        `Failed to register the worker '${this.name}' or to send its heartbeat. The worker will try again. ${messageOf(error)}`,
      );
    }
  }

  /** Sends a heartbeat. @returns `false` if the server does not know about the worker. */
  async #sendHeartbeat(id: string, isBackground: boolean): Promise<boolean> {
    const call = {
      action: `send a heartbeat for worker '${this.name}'`,
      path: `/v1/workers/${id}/heartbeat`,
      json: { runs: [] },
      isBackground,
    };
    try {
      await this.#connection.request(call, requestOptions);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  async #register(isBackground: boolean): Promise<string> {
    const call = { action: `register worker '${this.name}'`, path: '/v1/workers', json: this.#identity, isBackground };
    const { output } = await requestV1(this.#connection, call, requestOptions, (v1) => v1.workerResponse);
    return output.id;
  }

  /** A digest of the API URL and the worker's identity. It is stored with the id, which is valid only for this worker on this server. */
  get #digest(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#connection.apiUrl, this.#identity]))
      .digest('hex');
  }
}

/**
 * Returns the id in the file, or `undefined` if the file cannot be read, is invalid, or belongs to a different worker or server.
 *
 * @param getDigest Returns the expected digest. If it throws because the API URL or the API key is missing, the result is `undefined`.
 */
async function readWorkerId(path: string, getDigest: () => string): Promise<string | undefined> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as { id?: unknown; identity?: unknown } | null;
    const { id } = content ?? {};
    return content?.identity === getDigest() && typeof id === 'string' && checkId(id) === undefined ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a worker's id file atomically, because several processes can write the file at the same time. */
async function writeWorkerId(path: string, digest: string, id: string): Promise<void> {
  await writeAtomically(path, `${JSON.stringify({ id, identity: digest })}\n`, { mode: 0o600 });
}
