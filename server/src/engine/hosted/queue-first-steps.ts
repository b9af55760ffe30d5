import { toQueueName, type FairnessKey, type StepJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

interface FirstStep {
  readonly runId: string;
  readonly module: string;
  readonly fairnessKey: FairnessKey;
}

export async function queueFirstSteps(
  context: EngineContext,
  tx: Queryable,
  steps: readonly FirstStep[],
): Promise<void> {
  const groups = new Map<string, { module: string; fairnessKey: FairnessKey; jobs: StepJob[] }>();
  for (const { runId, module, fairnessKey } of steps) {
    const groupKey = `${module} ${fairnessKey.account} ${fairnessKey.name}`;
    const group = groups.get(groupKey) ?? { module, fairnessKey, jobs: [] };
    groups.set(groupKey, group);
    group.jobs.push({ runId, index: 0 });
  }
  // queue the groups one after the other, because a group's turns depend on the jobs that are already queued
  for (const { module, fairnessKey, jobs } of groups.values()) {
    await context.queue.send(tx, toQueueName(module), jobs, { fairnessKey });
  }
}
