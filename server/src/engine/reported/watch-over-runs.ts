import type { EngineContext } from '../engine-context.js';
import { announce } from '../notify-run.js';
import { forgetWorkers } from '../../store/tables/workers.js';
import { queueWebhooks } from '../queue-webhooks.js';

const atOnce = 200;

/** The code of the error that a run ends with of which nothing is heard. */
export const silenceCode = 'worker_lost';

/** After not having looked for so long, nobody's silence counts that this process could not have heard. */
const inattentiveMs = 30_000;

/**
 * Ends the runs of programs that went silent. A server that was down, cut off from its store, or asleep, did not hear anybody: it
 * gives all programs the whole time again before it takes their silence for their end.
 */
export class SilenceWatch {
  readonly #context: EngineContext;
  #listeningSince: Date;
  #lastLook: Date;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#listeningSince = this.#lastLook = context.clock.now();
  }

  /** @returns How many runs ended. */
  async crashSilent(): Promise<number> {
    const { db, clock, reporting } = this.#context;
    const now = clock.now();
    if (now.getTime() - this.#lastLook.getTime() > inattentiveMs) this.#listeningSince = now;
    const deadline = new Date(now.getTime() - reporting.crashMs);
    const error = { code: silenceCode, message: 'the program that ran it went silent; it may have been killed' };
    let crashed = 0;
    for (let more = this.#listeningSince <= deadline; more;) {
      const ids = await db.tx(async (tx) => {
        const { rows } = await tx.query<{ id: string }>(
          `with silent as (
           select id from run where kind <> 'hosted' and finished_at is null and seen_at <= $1
           order by id limit ${atOnce} for update skip locked
         ), ended as (
           update run set state = 'crashed', sequence = sequence + 1, finished_at = $2, error = $3
           from silent where run.id = silent.id returning run.id, run.sequence
         ), tasks as (
           update task_run set finished_at = $2, error = case when state = 'pending' then null else $3::jsonb end,
             state = case when state = 'pending' then 'skipped' else 'crashed' end
           from ended where run_id = ended.id and state in ('pending', 'running', 'retrying')
         )
         select id, ${announce('id', 'sequence', 'crashed')} from ended`,
          [deadline, now, JSON.stringify(error)],
        );
        await queueWebhooks(
          this.#context,
          tx,
          rows.map(({ id }) => id),
        );
        return rows.map(({ id }) => id);
      });
      crashed += ids.length;
      more = ids.length === atOnce;
    }
    // not before: a look that failed has seen nothing
    this.#lastLook = now;
    return crashed;
  }
}

/** Removes reported runs, with their task runs, logs and subflows, that ended long ago, and workers that have no others. */
export async function forgetOldRuns({ db, clock, reporting }: EngineContext): Promise<void> {
  if (reporting.retentionMs === 0) return;
  const old = new Date(clock.now().getTime() - reporting.retentionMs);
  for (let removed = atOnce; removed === atOnce;) {
    const { affected } = await db.query(
      `delete from run where id in (
         select id from run where kind <> 'hosted' and finished_at is not null and seen_at <= $1
         order by seen_at limit ${atOnce} for update skip locked)`,
      [old],
    );
    removed = affected;
  }
  await forgetWorkers(db, old);
}
