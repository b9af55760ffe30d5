import { queueOf, type StepJob, type TurnOf } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

interface FirstStep {
  readonly runId: string;
  readonly module: string;
  readonly turnOf: TurnOf;
}

/** Queues the first steps of runs whose files have been uploaded. */
export async function queueFirstSteps(
  context: EngineContext,
  tx: Queryable,
  steps: readonly FirstStep[],
): Promise<void> {
  const groups = new Map<string, { module: string; turnOf: TurnOf; jobs: StepJob[] }>();
  for (const { runId, module, turnOf } of steps) {
    const groupKey = `${module} ${turnOf.account} ${turnOf.name}`;
    const group = groups.get(groupKey) ?? { module, turnOf, jobs: [] };
    groups.set(groupKey, group);
    group.jobs.push({ runId, index: 0 });
  }
  // queue the groups one after the other, so that each group gets later turns than the previous group
  for (const { module, turnOf, jobs } of groups.values()) {
    await context.queue.send(tx, queueOf(module), jobs, { turnOf });
  }
}
