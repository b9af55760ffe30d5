import { Duplex } from 'node:stream';
import type { Worker } from 'node:worker_threads';
/** The socket used by node-postgres. Transfers protocol bytes to and from the database thread. */
export declare class PgliteStream extends Duplex {
    #private;
    constructor(worker: Worker);
    connect(): void;
    setNoDelay(): void;
    setKeepAlive(): void;
    ref(): void;
    unref(): void;
    _read(): void;
    _write(chunk: Buffer, _encoding: string, done: () => void): void;
    _writev(chunks: {
        chunk: Buffer;
    }[], done: () => void): void;
    _final(done: () => void): void;
    _destroy(error: Error | null, done: (error: Error | null) => void): void;
}
