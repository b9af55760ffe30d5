import type { Lane } from './lanes.js';

/** A dependency between two lanes, by their indexes: `to` needs the output of `from`. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
}

/** The maximum number of arrows, because more would hide the lanes. The arrows to the nearest lanes are kept. */
const maxArrows = 100;

/** Returns the dependencies of the selected lane, in both directions. */
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
