import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { PgliteProgram } from './compile-pglite.js';
import { startPglite } from './start-pglite.js';

export interface PgliteThreadData {
  readonly directory: string;
}

/** Messages from the thread, in addition to raw PostgreSQL protocol bytes. */
export type PgliteThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'stopped'; readonly reason: string }
  | { readonly type: 'syncs'; readonly count: number };

/**
 * Messages to the thread, in addition to raw PostgreSQL protocol bytes. The first message is `open`, with the compiled module. The
 * thread then opens the directory.
 */
export type PgliteThreadRequest = { readonly open: PgliteProgram | undefined } | 'close' | 'syncs';

// PostgreSQL blocks its calling thread, so it runs on this worker thread, where a long statement does not block the server's
// event loop
if (parentPort === null) throw new Error('Expected this file to run in a worker thread, got the main thread.');
const port = parentPort;
const send = (message: PgliteThreadMessage): void => port.postMessage(message);

// limit the optimizing compiler to one thread; by default, it uses every core while the database opens
setFlagsFromString('--wasm-num-compilation-tasks=1');

const { directory } = workerData as PgliteThreadData;
let open: (program: PgliteProgram | undefined) => void;
const opening = new Promise<PgliteProgram | undefined>((resolve) => (open = resolve));

port.on('message', (request: Uint8Array | PgliteThreadRequest) => {
  if (request === 'close') void pglite.close().then(() => port.close());
  else if (request === 'syncs') send({ type: 'syncs', count: fileSystem.syncCount });
  else if ('open' in request) open(request.open);
  else execute(request);
});

const { pglite, fileSystem } = await startPglite(directory, await opening, (reason) => {
  send({ type: 'stopped', reason });
  process.exit(1);
});
send({ type: 'ready' });

function execute(request: Uint8Array): void {
  const chunks: Uint8Array[] = [];
  // the call completes synchronously; each chunk is copied, because PGlite reuses its memory for the next statement
  void pglite.execProtocolRawStream(request, { syncToFs: false, onRawData: (chunk) => chunks.push(chunk.slice()) });
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  port.postMessage(bytes, [bytes.buffer]);
}
