import { createHash } from 'node:crypto';
import { NotFoundError } from '../errors/not-found-error.js';
import type { Connection } from '../http/connection.js';
import { askV1 } from '../http/v1-call.js';
import { observeRuns, type RunObserver } from '../shared/runs/run-observer.js';
import type { Worker } from './worker-options.js';
import type { WorkerPipeline } from '../shared/types/worker.js';
import type { Reporter } from './reporter.js';
import { readWorkerId, writeWorkerId } from './worker-id-file.js';

/** Milliseconds between two signs of life. */
const beatMs = 20_000;
const options = { timeout: 5000, maxRetries: 0 };
const flushMs = 3000;

export interface WorkerIdentity {
  readonly name: string;
  readonly version: string;
  readonly pipelines: readonly WorkerPipeline[];
}

/** Registers with the server, as soon as that can be reached, and tells it from time to time that it is there. */
export class RegisteredWorker implements Worker {
  readonly name: string;
  readonly version: string;
  readonly #connection: Connection;
  readonly #reporter: Reporter;
  readonly #identity: WorkerIdentity;
  readonly #idFile: string | undefined;
  #id: string | null = null;
  #beat: NodeJS.Timeout | undefined;
  #hasWarned = false;

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
    return this.#reporter.observer(this.#id);
  }

  /** Never rejects: a program works without its server, too. */
  async start(): Promise<void> {
    if (this.#idFile !== undefined) this.#id = (await readWorkerId(this.#idFile, this.#digest)) ?? null;
    await this.#signal(false);
    this.#beat = setInterval(() => void this.#signal(true), beatMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#reporter.flush(flushMs);
  }

  async #signal(isBackground: boolean): Promise<void> {
    try {
      if (this.#id !== null && (await this.#isKnown(this.#id, isBackground))) return;
      this.#id = await this.#register(isBackground);
      if (this.#idFile !== undefined) await writeWorkerId(this.#idFile, this.#digest, this.#id);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const words = error instanceof Error ? error.message : String(error);
      this.#connection.settings.log.warn(`The worker '${this.name}' goes on without being registered. ${words}`);
    }
  }

  async #isKnown(id: string, isBackground: boolean): Promise<boolean> {
    const call = {
      what: `tell that worker '${this.name}' lives`,
      path: `/v1/workers/${id}/heartbeat`,
      json: { runs: [] },
      isBackground,
    };
    try {
      await this.#connection.ask(call, options);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  async #register(isBackground: boolean): Promise<string> {
    const call = { what: `register worker '${this.name}'`, path: '/v1/workers', json: this.#identity, isBackground };
    const { output } = await askV1(this.#connection, call, options, (v1) => v1.workerResponse);
    return output.id;
  }

  /** Of what it is, and where: an id is of no use to another worker, or on another server. */
  get #digest(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#connection.apiUrl, this.#identity]))
      .digest('hex');
  }
}
