import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { DatabaseUnavailableError } from '../db/database-unavailable.js';
import { type Notifications, Subscribers } from '../db/notifications.js';
import { compilePglite } from './compile-pglite.js';
import { PgliteStream } from './pglite-stream.js';
import type { PgliteThreadData, PgliteThreadMessage, PgliteThreadRequest } from './pglite-thread.js';
import { PoolDb, setUpSession } from '../db/pool-db.js';
import { valueTypes } from '../db/value-types.js';

/** The embedded database, which runs on its own thread. */
export interface PgliteDatabase {
  readonly db: PoolDb;
  /** Returns how many times the database has synced to disk since it was opened. */
  getSyncCount(): Promise<number>;
}

interface PgliteOptions {
  /** Resolves once the directory can be opened. PGlite is compiled in the meantime. @default already resolved */
  readonly directoryReady?: Promise<unknown>;
  /** Called if the database stops unexpectedly after it has opened. All later statements fail. */
  readonly onFailure?: (error: Error) => void;
  /** Called when closing starts, while the database still accepts statements. */
  readonly beforeClose?: () => Promise<void>;
  /** Called after `close` has stopped the database, even if closing the connection failed. */
  readonly onClosed?: () => Promise<void>;
}

/** Opens the database in the directory, creating it if necessary. The caller must hold the data directory's lock. */
export async function openPgliteDatabase(directory: string, options: PgliteOptions = {}): Promise<PgliteDatabase> {
  const worker = new Worker(new URL('./pglite-thread.js', import.meta.url), {
    name: 'millrace-database',
    workerData: { directory } satisfies PgliteThreadData,
    execArgv: [],
    // larger than PostgreSQL's own limit (max_stack_depth), which must be reached first: if the thread's stack overflows, PGlite
    // returns an empty result
    resourceLimits: { stackSizeMb: 64 },
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let stopReason = '';
  worker.on('error', (error) => (stopReason = error.message));
  worker.on('message', (message: PgliteThreadMessage) => {
    if (message.type === 'stopped') stopReason = message.reason;
  });
  try {
    const [program] = await Promise.all([compilePglite(), options.directoryReady]);
    worker.postMessage({ open: program } satisfies PgliteThreadRequest);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: PgliteThreadMessage) => {
      if (message.type === 'ready') resolve();
    });
    void exited.then(() => reject(new Error(`Expected the embedded database to start, but it stopped: ${stopReason}`)));
  });

  let failure: Error | undefined;
  let isClosing = false;
  const subscribers = new Subscribers();
  const stream = new PgliteStream(worker);
  const pool = new pg.Pool({
    // PGlite has only one session, so keep its connection open
    max: 1,
    idleTimeoutMillis: 0,
    user: 'postgres',
    database: 'postgres',
    host: 'localhost',
    password: '',
    ssl: false,
    // this function must not throw, because the pool would then never settle the calls that wait for a connection
    stream: () => (failure === undefined ? stream : new PgliteStream(worker).destroy(failure)),
    pipeline: true,
    types: valueTypes,
    onConnect: setUpSession,
  });
  // errors are reported through `failure`; an unhandled `error` event would end the process
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => subscribers.deliver(channel, payload ?? ''));
  });

  void exited.then(() => {
    if (isClosing) return;
    failure = new DatabaseUnavailableError(
      `Expected the embedded database to run, but it stopped: ${stopReason}. Restart the server.`,
      { reason: /no space left/i.test(stopReason) ? 'disk_full' : 'unreachable' },
    );
    stream.destroy(failure);
    options.onFailure?.(failure);
  });

  const db = new PoolDb({
    backend: 'pglite',
    pool,
    notifications: createSessionNotifications(pool, subscribers),
    // the accounts take turns on the only connection
    connectionsPerAccount: 1,
    ...(options.beforeClose && { beforeClose: options.beforeClose }),
    onClose: async () => {
      isClosing = true;
      worker.postMessage('close' satisfies PgliteThreadRequest);
      await exited;
      await options.onClosed?.();
    },
  });
  return { db, getSyncCount: () => requestSyncCount(worker) };
}

/** Returns an object that receives notifications on the pool's only connection, because the embedded database has only one session. */
function createSessionNotifications(pool: pg.Pool, subscribers: Subscribers): Notifications {
  const send = async (statement: string): Promise<void> => {
    const client = await pool.connect();
    // the error is not passed to `release`, which would then discard the only connection
    await client.query(statement).finally(() => client.release());
  };
  return {
    async listen(channel, onPayload) {
      const name = pg.escapeIdentifier(channel);
      const remove = subscribers.add(channel, onPayload);
      await send(`listen ${name}`);
      return async () => {
        // ignore the error: if the database has stopped, no session listens anymore
        if (remove() && !pool.ending) await send(`unlisten ${name}`).catch(() => undefined);
      };
    },
    close: () => Promise.resolve(),
  };
}

function requestSyncCount(worker: Worker): Promise<number> {
  return new Promise((resolve) => {
    worker.on('message', function onMessage(message: PgliteThreadMessage) {
      if (message.type !== 'syncs') return;
      worker.off('message', onMessage);
      resolve(message.count);
    });
    worker.postMessage('syncs' satisfies PgliteThreadRequest);
  });
}
