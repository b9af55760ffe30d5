import pg from 'pg';
import type { Db } from '../db/db.js';

export interface MaintenanceTimes {
  /** How often to look at the write-ahead log. Milliseconds. */
  readonly lookMs: number;
  /** How old the log may get before a checkpoint. Milliseconds. */
  readonly checkpointMs: number;
  readonly vacuumMs: number;
}

/**
 * Often, because a young database changes fast: plans that were made for empty tables go on until the tables are analysed, and indexes
 * are searched past every dead row. Only what has changed enough is touched.
 */
const defaultTimes: MaintenanceTimes = { lookMs: 5000, checkpointMs: 60_000, vacuumMs: 5000 };

/** So much of the log is never kept, however young. */
const maxLogBytes = 64 * 1024 * 1024;

/** What PostgreSQL's autovacuum takes for worth it: so many rows, and this share of the table. */
const worthVacuum = { rows: 50, share: 0.2 };
/** Below the 200 million at which autovacuum would insist: transaction ids must not run out. */
const oldestTransaction = 150_000_000;

/**
 * Does what PostgreSQL's background processes do, of which the embedded database has none: without checkpoints its log
 * grows without end, and without vacuum its tables do.
 */
export class EmbeddedMaintenance {
  readonly #db: Db;
  readonly #times: MaintenanceTimes;
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();
  #stopped = false;
  #checkpointAt = '';
  #nextCheckpoint = 0;
  #nextVacuum = 0;

  constructor(db: Db, times: Partial<MaintenanceTimes> = {}) {
    this.#db = db;
    this.#times = { ...defaultTimes, ...times };
  }

  start(): void {
    this.#nextCheckpoint = Date.now() + this.#times.checkpointMs;
    this.#nextVacuum = Date.now() + this.#times.vacuumMs;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pass;
  }

  /** Writes what is only in the log to the tables' files, so that the log can be cut. */
  async checkpoint(): Promise<void> {
    await this.#db.query('checkpoint');
    this.#checkpointAt = (await this.#log()).position;
    this.#nextCheckpoint = Date.now() + this.#times.checkpointMs;
  }

  /** Makes the room of deleted rows usable again, and refreshes the planner's figures, where it is worth it. */
  async vacuum(): Promise<void> {
    // the session keeps its counts to itself until it is told
    await this.#db.query('select pg_stat_force_next_flush()');
    const { rows } = await this.#db.query<{ schema: string; name: string }>(
      `select schemaname as schema, stat.relname as name
       from pg_stat_all_tables stat join pg_class on pg_class.oid = relid
       where schemaname not in ('pg_toast', 'information_schema') and relkind = 'r' and (
         n_dead_tup > $1::int + $2::float8 * n_live_tup
         or n_mod_since_analyze > $1::int + $2::float8 * n_live_tup
         or age(relfrozenxid) > $3::int)`,
      [worthVacuum.rows, worthVacuum.share, oldestTransaction],
    );
    for (const { schema, name } of rows) {
      if (this.#stopped) return;
      await this.#db.query(`vacuum (analyze) ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`);
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#pass = this.#run().catch((error: unknown) => {
        process.emitWarning(`The embedded database could not be maintained, and is tried again: ${String(error)}`);
      });
      void this.#pass.then(() => {
        if (!this.#stopped) this.#schedule();
      });
    }, this.#times.lookMs).unref();
  }

  async #run(): Promise<void> {
    const { moved, bytes } = await this.#log();
    if (bytes > maxLogBytes || (moved && Date.now() >= this.#nextCheckpoint)) await this.checkpoint();
    if (Date.now() < this.#nextVacuum) return;
    this.#nextVacuum = Date.now() + this.#times.vacuumMs;
    await this.vacuum();
  }

  async #log(): Promise<{ position: string; moved: boolean; bytes: number }> {
    const { rows } = await this.#db.query<{ position: string; bytes: number }>(
      `select pg_current_wal_insert_lsn()::text as position,
         (pg_current_wal_insert_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`,
    );
    const [log] = rows;
    const position = log?.position ?? '';
    return { position, moved: position !== this.#checkpointAt, bytes: log?.bytes ?? 0 };
  }
}
