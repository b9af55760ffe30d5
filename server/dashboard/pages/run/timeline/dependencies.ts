import type { Lane } from './lanes.js';

/** A dependency between two lanes, by index: the lane `to` depends on the lane `from`. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
}

/** The maximum number of dependencies to show. More arrows would hide the lanes. */
const maxDependencies = 100;

/** Returns at most `maxDependencies` dependencies between the selected lane and other lanes of the same run, nearest lanes first. */
export function findDependencies(lanes: readonly Lane[], selected: Lane | undefined): Dependency[] {
  const task = selected?.task;
  if (task === undefined) return [];
  const selectedIndex = lanes.findIndex(({ id }) => id === selected?.id);
  const prerequisiteKeys = new Set(task.after);
  const dependencies = lanes.flatMap((lane, index): Dependency[] => {
    if (lane.task === undefined || lane.runId !== selected?.runId) return [];
    if (prerequisiteKeys.has(lane.task.key)) return [{ from: index, to: selectedIndex }];
    return lane.task.after.includes(task.key) ? [{ from: selectedIndex, to: index }] : [];
  });
  const distanceOf = ({ from, to }: Dependency) => Math.abs(from - to);
  return dependencies.sort((a, b) => distanceOf(a) - distanceOf(b)).slice(0, maxDependencies);
}
