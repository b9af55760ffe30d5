import { toQueueName, type StepJob, type TurnKey } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

interface FirstStep {
  readonly runId: string;
  readonly module: string;
  readonly turnKey: TurnKey;
}

export async function queueFirstSteps(
  context: EngineContext,
  tx: Queryable,
  steps: readonly FirstStep[],
): Promise<void> {
  const groups = new Map<string, { module: string; turnKey: TurnKey; jobs: StepJob[] }>();
  for (const { runId, module, turnKey } of steps) {
    const groupKey = `${module} ${turnKey.account} ${turnKey.name}`;
    const group = groups.get(groupKey) ?? { module, turnKey, jobs: [] };
    groups.set(groupKey, group);
    group.jobs.push({ runId, index: 0 });
  }
  // queue the groups one after the other, because a group's turns depend on the jobs that are already queued
  for (const { module, turnKey, jobs } of groups.values()) {
    await context.queue.send(tx, toQueueName(module), jobs, { turnKey });
  }
}
