import pg from 'pg';
import type { Db } from '../db/db.js';

interface MaintenanceTimes {
  /** Interval between checks of the write-ahead log's size, in milliseconds. */
  readonly checkIntervalMs: number;
  /** Minimum time between checkpoints while the log's growth is within {@link maxLogBytes}, in milliseconds. */
  readonly checkpointIntervalMs: number;
  /** Minimum time between checks for tables that need a vacuum, in milliseconds. */
  readonly vacuumIntervalMs: number;
}

/**
 * The vacuum interval is short because a new database changes quickly. Until its tables are analyzed, PostgreSQL plans statements as if
 * the tables were almost empty, and until they are vacuumed, index scans also visit dead rows.
 */
const defaultTimes: MaintenanceTimes = { checkIntervalMs: 5000, checkpointIntervalMs: 60_000, vacuumIntervalMs: 5000 };

/** Growth of the write-ahead log since the last checkpoint, in bytes, above which the next check writes a checkpoint. */
const maxLogBytes = 64 * 1024 * 1024;

/**
 * Autovacuum's default thresholds for vacuuming. A table is vacuumed and analyzed if the number of its dead rows, or of its rows that
 * changed since it was last analyzed, exceeds `rows` plus `share` times the number of its live rows.
 */
const vacuumThreshold = { rows: 50, share: 0.2 };
/** Transaction age that triggers a vacuum, to prevent transaction id wraparound. Autovacuum's default is 200 million. */
const maxTransactionAge = 150_000_000;

/**
 * Replaces PostgreSQL's checkpointer and autovacuum processes, which the embedded database lacks. Without checkpoints, the write-ahead
 * log would grow without limit. Without vacuuming, so would the tables.
 */
export class EmbeddedMaintenance {
  readonly #db: Db;
  readonly #times: MaintenanceTimes;
  #timer: NodeJS.Timeout | undefined;
  #currentRun: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** The log position after the most recent call to `checkpoint`; empty before the first call. */
  #checkpointPosition = '';
  #nextCheckpointAt = 0;
  #nextVacuumAt = 0;

  constructor(db: Db, times: Partial<MaintenanceTimes> = {}) {
    this.#db = db;
    this.#times = { ...defaultTimes, ...times };
  }

  start(): void {
    this.#nextCheckpointAt = performance.now() + this.#times.checkpointIntervalMs;
    this.#nextVacuumAt = performance.now() + this.#times.vacuumIntervalMs;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#currentRun;
  }

  /** Writes a checkpoint, so that PostgreSQL can remove older log segments. */
  async checkpoint(): Promise<void> {
    await this.#db.query('checkpoint');
    this.#checkpointPosition = (await this.#readLog()).position;
    this.#nextCheckpointAt = performance.now() + this.#times.checkpointIntervalMs;
  }

  /**
   * Reclaims space from deleted rows and refreshes the planner's statistics, in tables that have changed enough or that contain old
   * transaction ids.
   */
  async vacuum(): Promise<void> {
    // publish this session's statistics, so that the next query reads current ones
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
      if (this.#isStopped) return;
      await this.#db.query(`vacuum (analyze) ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`);
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#currentRun = this.#run().catch((error: unknown) => {
        process.emitWarning(`The embedded database's maintenance failed and will be retried: ${String(error)}`);
      });
      void this.#currentRun.then(() => {
        if (!this.#isStopped) this.#schedule();
      });
    }, this.#times.checkIntervalMs).unref();
  }

  async #run(): Promise<void> {
    const { hasGrown, bytes } = await this.#readLog();
    if (bytes > maxLogBytes || (hasGrown && performance.now() >= this.#nextCheckpointAt)) await this.checkpoint();
    if (performance.now() < this.#nextVacuumAt) return;
    this.#nextVacuumAt = performance.now() + this.#times.vacuumIntervalMs;
    await this.vacuum();
  }

  /**
   * Returns the log's position, whether it has changed since the most recent call to `checkpoint`, and the log's growth in bytes since
   * PostgreSQL's most recent checkpoint.
   */
  async #readLog(): Promise<{ position: string; hasGrown: boolean; bytes: number }> {
    const { rows } = await this.#db.query<{ position: string; bytes: number }>(
      `select pg_current_wal_insert_lsn()::text as position,
         (pg_current_wal_insert_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`,
    );
    const [log] = rows;
    const position = log?.position ?? '';
    return { position, hasGrown: position !== this.#checkpointPosition, bytes: log?.bytes ?? 0 };
  }
}
