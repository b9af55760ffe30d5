import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ScanResponse, ScanRequest } from './semantic-thread.js';

/** Maximum number of threads. More threads would only contend for memory bandwidth. */
const maxThreads = 4;
/** How long a thread can be idle before it is stopped, in milliseconds. */
const idleTimeoutMs = 30_000;

interface QueuedRequest {
  readonly request: ScanRequest;
  readonly resolve: (response: ScanResponse) => void;
  readonly reject: (reason: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  currentRequest: QueuedRequest | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

/** A pool of worker threads that compare vectors with a query. Threads start on demand and stop when idle. */
export class ScanThreadPool {
  /** Maximum number of threads. Each thread handles one request at a time. */
  readonly size = Math.min(maxThreads, availableParallelism());
  readonly #threads = new Set<Thread>();
  readonly #queue: QueuedRequest[] = [];
  #isClosed = false;

  /** Compares a query with the vectors in the given row ranges, in a worker thread. @throws If the thread crashes or the pool is closed. */
  scan(request: ScanRequest): Promise<ScanResponse> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dispatch();
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    for (const queued of this.#isClosed ? this.#queue.splice(0) : []) {
      queued.reject(new Error('the search was stopped because the server is closing'));
    }
    while (this.#queue.length > 0) {
      const thread = [...this.#threads].find(({ currentRequest }) => !currentRequest) ?? this.#start();
      const next = thread && this.#queue.shift();
      if (!next) return;
      clearTimeout(thread.idleTimer);
      thread.currentRequest = next;
      thread.worker.ref();
      thread.worker.postMessage(next.request);
    }
  }

  #start(): Thread | undefined {
    if (this.#threads.size >= this.size) return undefined;
    const worker = new Worker(new URL('./semantic-thread.js', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
    });
    const thread: Thread = { worker, currentRequest: undefined, idleTimer: undefined };
    this.#threads.add(thread);
    worker.on('message', (response: ScanResponse) => this.#finish(thread, ({ resolve }) => resolve(response)));
    worker.on('error', (error) => this.#finish(thread, ({ reject }) => reject(error)));
    worker.on('exit', () => {
      this.#threads.delete(thread);
      this.#finish(thread, ({ reject }) => reject(new Error('the vector search thread exited unexpectedly')));
    });
    return thread;
  }

  #finish(thread: Thread, settle: (request: QueuedRequest) => void): void {
    const { currentRequest } = thread;
    thread.currentRequest = undefined;
    if (currentRequest) settle(currentRequest);
    clearTimeout(thread.idleTimer);
    thread.idleTimer = setTimeout(() => void thread.worker.terminate(), idleTimeoutMs).unref();
    // an idle thread must not keep the process alive
    thread.worker.unref();
    this.#dispatch();
  }
}
