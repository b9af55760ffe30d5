import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { BulkAction } from 'millrace/shared/types/bulk.js';
import type { Queryable } from '../../store/db/db.js';
import { allowsName, type Access } from '../../store/tables/access.js';
import { EngineError } from '../engine-error.js';

/** Why an action cannot be applied to a run. */
interface Refusal {
  readonly code: 'conflict' | 'forbidden';
  /** Completes a message such as `run … cannot be resumed: <reason>`. */
  readonly reason: string;
}

interface RefusalOptions {
  readonly action: BulkAction;
  /** For `rerun`, the key or name of the first module, step or task to run again. @default the run's first module, step or task */
  readonly from?: string | undefined;
  /** Whether the request has a new input. @default false */
  readonly hasNewInput?: boolean;
}

interface RunFacts {
  readonly id: string;
  readonly of: string;
  readonly kind: string;
  readonly hasEnded: boolean;
  readonly isCompleted: boolean;
  /** Whether another key started the run and the request may change only its own key's runs. */
  readonly belongsToOtherKey: boolean;
  /** Whether the run has the module, step or task to start from. Always true for a rerun from the beginning. */
  readonly hasStartingTask: boolean;
  /** Whether the input of the module to start from still exists. Always false for reported runs. */
  readonly isInputAvailable: boolean;
  readonly isPathTaken: boolean;
  readonly isFileBusy: boolean;
  /** Whether part of the run's input could not be recorded, for example because it was too large, and the request has no new input. */
  readonly isInputOmitted: boolean;
}

const pastParticiples = { resume: 'resumed', rerun: 'rerun', cancel: 'cancelled', delete: 'deleted' } as const;

/** Matches placeholders for values that could not be recorded, at any depth: objects whose only field is `[not json]`, with a string. */
const omittedValuePath =
  'strict $.** ? (@."[not json]".type() == "string" && !exists(@.keyvalue() ? (@.key != "[not json]")))';

/** Checks that an action can be applied to a visible run. @throws `EngineError` `forbidden` or `conflict` if it cannot. */
export async function assertCanApply(
  tx: Queryable,
  access: Access,
  runId: string,
  options: RefusalOptions,
  now: Date,
): Promise<void> {
  const refusal = (await findRefusals(tx, access, [runId], options, now)).get(runId);
  if (!refusal) return;
  const message = `run ${runId} cannot be ${pastParticiples[options.action]}: ${refusal.reason}`;
  throw new EngineError(refusal.code, message, { reason: refusal.reason });
}

/**
 * Finds the runs to which an action cannot be applied. All runs must be visible.
 *
 * @returns The refusals, by run id. Runs to which the action can be applied are omitted.
 */
export async function findRefusals(
  tx: Queryable,
  access: Access,
  runIds: readonly string[],
  { action, from, hasNewInput = false }: RefusalOptions,
  now: Date,
): Promise<Map<string, Refusal>> {
  const { rows } = await tx.query<RunFacts>(
    `select run.id, run.of, run.kind, run.finished_at is not null as "hasEnded", run.state = 'completed' as "isCompleted",
       $3::uuid is not null and run.key_id is distinct from $3 as "belongsToOtherKey",
       start.index is not null as "hasStartingTask",
       exists (
         select from (select case when start.index = 0 then file.input_blob else
           (select output_blob from task_run where run_id = run.id and index = start.index - 1) end as key) input
         where key is not null and not exists (select from blob_trash where blob_trash.key = input.key)) as "isInputAvailable",
       file.state = 'failed' and exists (
         select from file other where other.account_id = file.account_id and other.pipeline = file.pipeline
           and other.directory_key = file.directory_key and other.name_key = file.name_key
           and other.id <> file.id and other.state <> 'failed' and other.expires_at > $5) as "isPathTaken",
       exists (select from run other where other.file_id = file.id and other.id <> run.id and other.finished_at is null) as "isFileBusy",
       $4 = 'rerun' and not $7 and coalesce(jsonb_path_exists(run.input, '${omittedValuePath}'), false) as "isInputOmitted"
     from unnest($1::uuid[]) as wanted (id) join run on run.id = wanted.id left join file on file.id = run.file_id
     cross join lateral (
       select case when $4 = 'rerun' and $6::text is null then 0
         when $4 = 'rerun' then (
           select index from task_run where run_id = run.id and (key = $6 or name = $6) order by key <> $6, index limit 1)
         else (select min(index) from task_run where run_id = run.id and state <> 'completed') end as index) start
     where run.account_id = $2`,
    [runIds, access.account, access.ownKeyId, action, now, from ?? null, hasNewInput],
  );
  return new Map(
    rows.flatMap((run) => {
      const refusal = findRefusal(access, action, run, from);
      return refusal ? [[run.id, refusal]] : [];
    }),
  );
}

function findRefusal(access: Access, action: BulkAction, run: RunFacts, from: string | undefined): Refusal | undefined {
  if (run.belongsToOtherKey) return { code: 'forbidden', reason: 'another key started it' };
  if (action === 'delete') return undefined;
  if (action === 'cancel') return run.hasEnded ? conflict('it has already ended') : undefined;
  if (!run.hasEnded) return conflict('it has not ended yet');
  if (action === 'resume' && run.isCompleted)
    return conflict('it has already completed, so there is nothing to resume');
  if (action === 'rerun' && !allowsName(access, run.of)) {
    return { code: 'forbidden', reason: `this key is not allowed to use the name '${run.of}'` };
  }
  if (from !== undefined && !run.hasStartingTask) return conflict(noSuchTaskReason(from));
  return run.kind === 'hosted' ? findHostedRefusal(action, run) : findReportedRefusal(action, run);
}

function findHostedRefusal(action: 'resume' | 'rerun', run: RunFacts): Refusal | undefined {
  if (!run.hasStartingTask) return conflict('it has no modules left to run');
  if (run.isFileBusy) return conflict('another run is processing its file');
  if (!run.isInputAvailable) {
    return conflict(
      action === 'resume'
        ? 'the input of its next module was deleted when the run ended; process the file again'
        : 'the input was deleted when the run ended; process the file again, with `keepInput` so that it can be rerun',
    );
  }
  return run.isPathTaken ? conflict('another file has its path') : undefined;
}

function findReportedRefusal(action: 'resume' | 'rerun', run: RunFacts): Refusal | undefined {
  if (action === 'resume' || !run.isInputOmitted) return undefined;
  return conflict('its input could not be recorded; pass an `input`');
}

/** Returns the reason for refusing to rerun a run from a module, step or task that the run does not have. */
export const noSuchTaskReason = (from: string): string => `it has no module, step or task ${formatValue(from)}`;

const conflict = (reason: string): Refusal => ({ code: 'conflict', reason });
