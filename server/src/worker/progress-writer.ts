import { Throttle } from 'millrace/shared/runtime/throttle.js';
import type { EngineContext } from '../engine/engine-context.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import { announce } from '../engine/notify-run.js';
import type { RunnerProgress } from '../runner/runner.js';

/** Milliseconds between two writes: at most four a second. */
const intervalMs = 250;

/**
 * Gathers the progress of all steps of this process and writes what is new in one statement. Progress is a courtesy: a write
 * that fails is forgotten, and none is worth a sync to disk.
 */
export class ProgressReports {
  readonly #context: EngineContext;
  readonly #latest = new Map<string, { runId: string; index: number; progress: RunnerProgress }>();

  // not leading: a step that ends within the interval costs no transaction for its progress
  readonly #writes = new Throttle<void>(() => void this.#write().catch(() => undefined), {
    intervalMs,
    leading: false,
  });

  constructor(context: EngineContext) {
    this.#context = context;
  }

  report(runId: string, index: number, progress: RunnerProgress): void {
    this.#latest.set(runId, { runId, index, progress });
    this.#writes.push();
  }

  /** Forgets what was reported for a run: its step has ended. */
  forget(runId: string): void {
    this.#latest.delete(runId);
  }

  close(): void {
    this.#writes.close('drop');
    this.#latest.clear();
  }

  async #write(): Promise<void> {
    const reports = [...this.#latest.values()];
    this.#latest.clear();
    if (reports.length === 0) return;
    await this.#context.db.tx(
      async (tx) => {
        // the order of locks that every transition keeps: runs before task runs
        await tx.query('select from run where id = any($1) order by id for update', [
          reports.map((report) => report.runId),
        ]);
        await tx.query(
          `with reported as (
           update task_run set progress = report.progress
           from unnest($1::uuid[], $2::int[], $3::jsonb[]) report(run_id, index, progress)
           where task_run.run_id = report.run_id and task_run.index = report.index and task_run.state = 'running'
             and coalesce((task_run.progress ->> 'current')::float8, 0) <= (report.progress ->> 'current')::float8
           returning task_run.run_id
         )
         update run set sequence = sequence + 1 from reported where run.id = reported.run_id
         returning ${announce('run.id', 'run.sequence', 'running')}`,
          [
            reports.map((report) => report.runId),
            reports.map((report) => report.index),
            reports.map((report) => toStorableJson(toProgress(report.progress))),
          ],
        );
      },
      { durable: false },
    );
  }
}

/** 100 % is for completed steps only, whatever the module says. */
function toProgress({ current, total, message }: RunnerProgress) {
  const percent = total === null || total <= 0 ? null : Math.min(99, Math.max(0, Math.floor((100 * current) / total)));
  return { current, total, percent, ...(message === undefined ? {} : { message }) };
}
