import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ScanResponse, ScanRequest } from './semantic-thread.js';

/** Maximum number of threads. More threads would only contend for memory bandwidth. */
const maxThreads = 4;
/** How long an idle thread is kept, in milliseconds. */
const idleMs = 30_000;

interface QueuedRequest {
  readonly request: ScanRequest;
  readonly resolve: (response: ScanResponse) => void;
  readonly reject: (reason: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  task: QueuedRequest | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** A pool of threads that compare vectors off the event loop. Threads start on demand and stop when idle. */
export class ScanThreads {
  /** The maximum number of concurrent requests. */
  readonly size = Math.min(maxThreads, availableParallelism());
  readonly #threads = new Set<Thread>();
  readonly #waiting: QueuedRequest[] = [];
  #isClosed = false;

  /** Compares a query with row ranges in a thread. @throws If the thread crashes or the pool is closed. */
  scan(request: ScanRequest): Promise<ScanResponse> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dispatch();
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    for (const waiting of this.#isClosed ? this.#waiting.splice(0) : []) {
      waiting.reject(new Error('the search was stopped because the server is closing'));
    }
    while (this.#waiting.length > 0) {
      const thread = [...this.#threads].find(({ task }) => !task) ?? this.#start();
      const next = thread && this.#waiting.shift();
      if (!next) return;
      clearTimeout(thread.timer);
      thread.task = next;
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
    const thread: Thread = { worker, task: undefined, timer: undefined };
    this.#threads.add(thread);
    worker.on('message', (response: ScanResponse) => this.#finish(thread, ({ resolve }) => resolve(response)));
    worker.on('error', (error) => this.#finish(thread, ({ reject }) => reject(error)));
    worker.on('exit', () => {
      this.#threads.delete(thread);
      this.#finish(thread, ({ reject }) => reject(new Error('the vector search thread exited unexpectedly')));
    });
    return thread;
  }

  #finish(thread: Thread, settle: (task: QueuedRequest) => void): void {
    const { task } = thread;
    thread.task = undefined;
    if (task) settle(task);
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => void thread.worker.terminate(), idleMs).unref();
    // an idle thread must not keep the process alive
    thread.worker.unref();
    this.#dispatch();
  }
}
