import { randomUUID } from 'node:crypto';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { Queryable } from '../../store/db/db.js';
import type { Access } from '../../store/tables/access.js';
import { recordRunAuditEntry } from '../../store/tables/audit.js';
import { countOpenRuns, findRun } from '../../store/tables/runs.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError, noSuchRun, tooManyRuns } from '../engine-error.js';
import { deleteExpiredFilesAtRunPath } from '../hosted/delete-expired-files.js';
import { lockRunForChange } from '../lock-run.js';
import { assertCanApply, noSuchTaskReason } from './find-refusals.js';
import { insertHostedRerun } from './insert-hosted-rerun.js';
import { insertServedRerun } from './insert-served-rerun.js';

export interface RerunRequest {
  /** The key or name of the first module, step or task to run again. If undefined, the new run starts from the beginning. */
  readonly from?: string | undefined;
  /** A new input, in the same format as the recorded input. If undefined, the recorded input is used. */
  readonly input?: Json | undefined;
}

/**
 * Reruns a run that has ended. If `from` is given, the new run reuses the results of the modules, steps or tasks before it.
 *
 * @returns The new run's id.
 * @throws `EngineError` `not_found` if the run is not visible; `forbidden` if another key started it and the request may change only its
 * own key's runs, or if the key may not use the run's name; `conflict` if the run cannot be rerun; `validation` if the run has no module,
 * step or task `from`, or if a hosted run is given an input; `too_many_runs` if the account has too many unfinished runs.
 */
export async function rerunRun(
  context: EngineContext,
  access: Access,
  runId: string,
  request: RerunRequest,
): Promise<string> {
  return context.db.tx((tx) => rerunRunInTransaction(context, tx, access, runId, request));
}

/** Like {@link rerunRun}, but in the caller's transaction. */
export async function rerunRunInTransaction(
  context: EngineContext,
  tx: Queryable,
  access: Access,
  runId: string,
  { from, input }: RerunRequest,
): Promise<string> {
  const now = context.clock.now();
  await deleteExpiredFilesAtRunPath(context, tx, access.account, runId);
  await lockRunForChange(tx, access, runId, now);
  const record = await findRun(tx, access, runId, now);
  if (!record) throw noSuchRun(runId);
  const run = record.status;
  const isHosted = run.kind === 'hosted';
  if (isHosted && input !== undefined) {
    throw new EngineError(
      'validation',
      'Expected `input` to be omitted, because the input of this run is a file; process another file instead',
    );
  }
  const task = from === undefined ? undefined : findTask(run, from);
  const options = { action: 'rerun', from: task?.key, hasNewInput: input !== undefined } as const;
  await assertCanApply(tx, access, runId, options, now);
  const { maxOpenRuns } = context;
  if ((await countOpenRuns(tx, access.account, maxOpenRuns)) >= maxOpenRuns) throw tooManyRuns(maxOpenRuns);
  const id = randomUUID();
  if (isHosted) await insertHostedRerun(context, tx, access.account, run, id, task?.index ?? 0);
  else await insertServedRerun(tx, access.account, run, { id, task, input, now });
  await recordRunAuditEntry(tx, access.account, 'run.rerun', runId, now, { requestId: id });
  return id;
}

function findTask({ tasks, requestId }: RunStatus, from: string): TaskStatus {
  const matches = tasks.filter(({ key, name }) => key === from || name === from);
  const [task] = matches.some(({ key }) => key === from) ? matches.filter(({ key }) => key === from) : matches;
  if (task) return task;
  const labels = tasks.slice(0, 10).map(({ key, name }) => `${key} (${name})`);
  const available =
    labels.length === 0
      ? 'the run has no tasks'
      : `the run has ${labels.join(', ')}${tasks.length > labels.length ? ', …' : ''}`;
  const message = `Expected \`from\` to be a module, step or task of run ${requestId}, got ${formatValue(from)}; ${available}`;
  throw new EngineError('validation', message, { reason: noSuchTaskReason(from) });
}
