import { Duplex } from 'node:stream';
import type { Worker } from 'node:worker_threads';

/** A socket for node-postgres that transfers protocol bytes to and from the database thread. */
export class PgliteStream extends Duplex {
  readonly #worker: Worker;
  readonly #chunks: Buffer[] = [];
  readonly #onMessage = (message: unknown): void => {
    if (message instanceof Uint8Array) this.push(message);
  };

  constructor(worker: Worker) {
    super();
    this.#worker = worker;
  }

  connect(): void {
    if (this.destroyed) return;
    this.#worker.on('message', this.#onMessage);
    queueMicrotask(() => this.emit('connect'));
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  ref(): void {}

  unref(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#enqueue(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    for (const { chunk } of chunks) this.#enqueue(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#worker.off('message', this.#onMessage);
    done(error);
  }

  /** Queues a chunk. All chunks of one turn of the event loop are sent together, so that they wake the thread only once. */
  #enqueue(chunk: Buffer): void {
    if (this.#chunks.push(chunk) === 1) setImmediate(() => this.#send(this.#chunks.splice(0)));
  }

  /**
   * Copies the chunks into one buffer and transfers it. The chunks themselves cannot be transferred, because they can share memory with
   * other buffers.
   */
  #send(chunks: readonly Buffer[]): void {
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    this.#worker.postMessage(bytes, [bytes.buffer]);
  }
}
