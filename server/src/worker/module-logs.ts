import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import { insertLogLines, type NewLogLine } from '../store/tables/run-logs.js';
import type { EngineContext } from '../engine/engine-context.js';
import { runChannel } from '../engine/notify-run.js';

interface Line {
  readonly at: string;
  readonly level: LogLineLevel;
  readonly message: string;
  readonly task: string;
}

/** Lines that wait to be written, of one run: what a module says beyond is not worth its memory. */
const mostWaiting = 10_000;
const writeMs = 250;

/** Gathers what modules write into the logs of their runs, and keeps it in the store: a courtesy that fails no step. */
export class ModuleLogs {
  readonly #context: EngineContext;
  readonly #waiting = new Map<string, Line[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  add(runId: string, task: string, level: LogLineLevel, message: string): void {
    const lines = this.#waiting.get(runId) ?? [];
    this.#waiting.set(runId, lines);
    if (lines.length >= mostWaiting) return;
    lines.push({ at: this.#context.clock.now().toISOString(), level, message, task });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const id of [...this.#waiting.keys()]) void this.flush(id);
    }, writeMs).unref();
  }

  /** Writes what a run's modules have said until now. Never rejects. */
  async flush(runId: string): Promise<void> {
    const lines = this.#waiting.get(runId);
    this.#waiting.delete(runId);
    if (lines) await this.#write(runId, lines).catch(() => undefined);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  async #write(runId: string, lines: readonly Line[]): Promise<void> {
    const { db, reporting } = this.#context;
    await db.tx(async (tx) => {
      const { rows } = await tx.query<{ written: number }>(
        'select log_lines as written from run where id = $1 for update',
        [runId],
      );
      const written = rows[0]?.written;
      if (written === undefined) return;
      const kept = lines.slice(0, Math.max(0, reporting.maxLogLines - written));
      const numbered = kept.map((line, i): NewLogLine => ({ runId, line: written + i + 1, ...line }));
      await insertLogLines(tx, numbered);
      await tx.query(
        `with moved as (
           update run set log_lines = log_lines + $2, sequence = sequence + 1 where id = $1 returning id, sequence, state
         )
         select pg_notify('${runChannel}', id || ' ' || sequence || ' ' || state) from moved`,
        [runId, kept.length],
      );
    });
  }
}
