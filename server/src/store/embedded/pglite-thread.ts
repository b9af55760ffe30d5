import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { compilePglite, startPglite } from './start-pglite.js';

export interface PgliteThreadData {
  readonly directory: string;
}

/** What the thread says, besides the bytes of the PostgreSQL protocol. */
export type PgliteThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'stopped'; readonly reason: string }
  | { readonly type: 'syncs'; readonly count: number };

/** What the thread is told, besides the bytes of the PostgreSQL protocol: first to open, when the directory is there. */
export type PgliteThreadRequest = 'open' | 'close' | 'syncs';

// PostgreSQL runs on the thread that calls it: here, so that a long statement does not stop the server's event loop
if (parentPort === null) throw new Error('Expected to be started as a worker thread.');
const port = parentPort;
const say = (message: PgliteThreadMessage): void => port.postMessage(message);

// what optimises the program takes turns with what runs it: by default it takes every core while the database opens
setFlagsFromString('--wasm-num-compilation-tasks=1');

const { directory } = workerData as PgliteThreadData;
let open = (): void => undefined;
const opening = new Promise<void>((resolve) => (open = resolve));

port.on('message', (request: Uint8Array | PgliteThreadRequest) => {
  if (request === 'open') open();
  else if (request === 'close') void pglite.close().then(() => port.close());
  else if (request === 'syncs') say({ type: 'syncs', count: fileSystem.syncs });
  else response(request);
});

const [program] = await Promise.all([compilePglite(), opening]);
const { pglite, fileSystem } = await startPglite(directory, program, (reason) => {
  say({ type: 'stopped', reason });
  process.exit(1);
});
say({ type: 'ready' });

function response(request: Uint8Array): void {
  const chunks: Uint8Array[] = [];
  // runs to its end before it returns; the chunks are views of memory that the next statement reuses
  void pglite.execProtocolRawStream(request, { syncToFs: false, onRawData: (chunk) => chunks.push(chunk.slice()) });
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  port.postMessage(bytes, [bytes.buffer]);
}
