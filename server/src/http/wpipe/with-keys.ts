import type { WorkerPipeline } from 'millrace/shared/types/worker.js';

type Step = WorkerPipeline['steps'][number];

/** Steps with the keys of their task runs: the name, and how many steps before have the same one. */
export function withKeys(steps: readonly Step[]): (Step & { readonly key: string })[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const count = seen.get(step.name) ?? 0;
    seen.set(step.name, count + 1);
    return { ...step, key: `${step.name}-${count}` };
  });
}
