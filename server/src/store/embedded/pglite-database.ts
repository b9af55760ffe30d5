import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { type Notifications, Subscribers } from '../db/notifications.js';
import { PgliteStream } from './pglite-stream.js';
import type { PgliteThreadData, PgliteThreadMessage, PgliteThreadRequest } from './pglite-thread.js';
import { PoolDb, setUpSession } from '../db/pool-db.js';
import { valueTypes } from '../db/value-types.js';

/** The embedded database, on its own thread. */
export interface PgliteDatabase {
  readonly db: PoolDb;
  /** Returns how many times it has synced to disk since it was opened. */
  syncs(): Promise<number>;
}

interface PgliteOptions {
  /** Opens the directory after this; the thread compiles PGlite meanwhile. */
  readonly after?: Promise<unknown>;
  /** Called when the database stopped by itself: every later statement fails. */
  readonly onFailure?: (error: Error) => void;
  /** Runs first on close, while the database still accepts statements. */
  readonly beforeClose?: () => Promise<void>;
  /** Runs after the database has closed, also when closing failed. */
  readonly onClosed?: () => Promise<void>;
}

/** Opens the cluster in the directory, or creates it. The caller must hold the data directory's lock. */
export async function openPgliteDatabase(directory: string, options: PgliteOptions = {}): Promise<PgliteDatabase> {
  const worker = new Worker(new URL('./pglite-thread.js', import.meta.url), {
    name: 'millrace-database',
    workerData: { directory } satisfies PgliteThreadData,
    execArgv: [],
    // larger than PostgreSQL's own limit (max_stack_depth): PGlite returns an empty result when the thread's stack overflows
    resourceLimits: { stackSizeMb: 64 },
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let reason = '';
  worker.on('error', (error) => (reason = error.message));
  worker.on('message', (message: PgliteThreadMessage) => {
    if (message.type === 'stopped') reason = message.reason;
  });
  try {
    await options.after;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  worker.postMessage('open' satisfies PgliteThreadRequest);
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: PgliteThreadMessage) => {
      if (message.type === 'ready') resolve();
    });
    void exited.then(() => reject(new Error(`Expected the embedded database to start, but it stopped: ${reason}`)));
  });

  let failure: Error | undefined;
  let closing = false;
  const subscribers = new Subscribers();
  const stream = new PgliteStream(worker);
  const pool = new pg.Pool({
    // PGlite has one session: keep it open
    max: 1,
    idleTimeoutMillis: 0,
    user: 'postgres',
    database: 'postgres',
    host: 'localhost',
    password: '',
    ssl: false,
    stream: () => {
      if (failure !== undefined) throw failure;
      return stream;
    },
    pipeline: true,
    types: valueTypes,
    onConnect: setUpSession,
  });
  // reported through `failure`; an unhandled `error` event would end the process
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => subscribers.deliver(channel, payload ?? ''));
  });

  void exited.then(() => {
    if (closing) return;
    failure = new Error(`Expected the embedded database to run, but it stopped: ${reason}. Restart the server.`);
    stream.destroy(failure);
    options.onFailure?.(failure);
  });

  const db = new PoolDb({
    backend: 'pglite',
    pool,
    notifications: inSession(pool, subscribers),
    ...(options.beforeClose && { beforeClose: options.beforeClose }),
    onClose: async () => {
      closing = true;
      worker.postMessage('close' satisfies PgliteThreadRequest);
      await exited;
      await options.onClosed?.();
    },
  });
  return { db, syncs: () => askSyncs(worker) };
}

/** The embedded database has one session, so it listens on the connection that also runs the statements. */
function inSession(pool: pg.Pool, subscribers: Subscribers): Notifications {
  const send = async (statement: string): Promise<void> => {
    const client = await pool.connect();
    // released without its error, which would discard the only connection
    await client.query(statement).finally(() => client.release());
  };
  return {
    async listen(channel, onPayload) {
      const name = pg.escapeIdentifier(channel);
      const remove = subscribers.add(channel, onPayload);
      await send(`listen ${name}`);
      return async () => {
        if (remove() && !pool.ending) await send(`unlisten ${name}`);
      };
    },
    close: () => Promise.resolve(),
  };
}

function askSyncs(worker: Worker): Promise<number> {
  return new Promise((resolve) => {
    worker.on('message', function onMessage(message: PgliteThreadMessage) {
      if (message.type !== 'syncs') return;
      worker.off('message', onMessage);
      resolve(message.count);
    });
    worker.postMessage('syncs' satisfies PgliteThreadRequest);
  });
}
