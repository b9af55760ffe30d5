import type { Lane } from './lanes.js';

/** One lane needs what another gave, by their positions. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
}

/** More arrows than these hide the lanes. The nearest ones count; the facts of a step name all. */
const maxArrows = 100;

/** What the selected lane needs, and what needs it. */
export function dependenciesOf(lanes: readonly Lane[], selected: Lane | undefined): Dependency[] {
  const task = selected?.task;
  if (task === undefined) return [];
  const at = lanes.findIndex(({ id }) => id === selected?.id);
  const needed = new Set(task.after);
  const links = lanes.flatMap((lane, index): Dependency[] => {
    if (lane.task === undefined || lane.runId !== selected?.runId) return [];
    if (needed.has(lane.task.key)) return [{ from: index, to: at }];
    return lane.task.after.includes(task.key) ? [{ from: at, to: index }] : [];
  });
  const distance = ({ from, to }: Dependency) => Math.abs(from - to);
  return links.sort((a, b) => distance(a) - distance(b)).slice(0, maxArrows);
}
