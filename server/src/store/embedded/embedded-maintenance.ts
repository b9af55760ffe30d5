import pg from 'pg';
import type { Db } from '../db/db.js';

interface MaintenanceTimes {
  /** How often to check the size of the write-ahead log. Milliseconds. */
  readonly checkMs: number;
  /** How old the log may get before a checkpoint. Milliseconds. */
  readonly checkpointMs: number;
  /** How often to look for tables that need a vacuum. Milliseconds. */
  readonly vacuumMs: number;
}

/**
 * Often, because a new database changes fast: plans for empty tables stay in use until the tables are analyzed, and index
 * scans visit every dead row. Tables that have hardly changed are skipped.
 */
const defaultTimes: MaintenanceTimes = { checkMs: 5000, checkpointMs: 60_000, vacuumMs: 5000 };

/** A larger log causes a checkpoint at once. */
const maxLogBytes = 64 * 1024 * 1024;

/** The thresholds of PostgreSQL's autovacuum: this many changed rows, plus this share of the table. */
const vacuumThreshold = { rows: 50, share: 0.2 };
/** Transaction ids must not run out. Lower than the 200 million at which autovacuum would force a vacuum. */
const maxTransactionAge = 150_000_000;

/**
 * Replaces PostgreSQL's background processes, which the embedded database does not have: without checkpoints its log grows
 * without limit, and without vacuum its tables do.
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

  /** Writes a checkpoint, so that PostgreSQL can remove the log before it. */
  async checkpoint(): Promise<void> {
    await this.#db.query('checkpoint');
    this.#checkpointAt = (await this.#log()).position;
    this.#nextCheckpoint = Date.now() + this.#times.checkpointMs;
  }

  /** Frees the space of deleted rows and refreshes the planner's statistics, in the tables that have changed enough. */
  async vacuum(): Promise<void> {
    // the session publishes its counts only on request
    await this.#db.query('select pg_stat_force_next_flush()');
    const { rows } = await this.#db.query<{ schema: string; name: string }>(
      `select schemaname as schema, stat.relname as name
       from pg_stat_all_tables stat join pg_class on pg_class.oid = relid
       where schemaname not in ('pg_toast', 'information_schema') and relkind = 'r' and (
         n_dead_tup > $1::int + $2::float8 * n_live_tup
         or n_mod_since_analyze > $1::int + $2::float8 * n_live_tup
         or age(relfrozenxid) > $3::int)`,
      [vacuumThreshold.rows, vacuumThreshold.share, maxTransactionAge],
    );
    for (const { schema, name } of rows) {
      if (this.#stopped) return;
      await this.#db.query(`vacuum (analyze) ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`);
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#pass = this.#run().catch((error: unknown) => {
        process.emitWarning(`Maintenance of the embedded database failed and will be retried: ${String(error)}`);
      });
      void this.#pass.then(() => {
        if (!this.#stopped) this.#schedule();
      });
    }, this.#times.checkMs).unref();
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
