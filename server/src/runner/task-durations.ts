/** How much work a process has at once, in milliseconds. */
const workMs = 100;
const maxTasks = 16;

/** Learns from their tasks how many of each module a process should have at once: several if all of the last ones were short. */
export class TaskDurations {
  /** An upper bound of how long a module's last tasks took, in milliseconds. Half of it is forgotten with each task. */
  readonly #longest = new Map<string, number>();

  record(module: string, ms: number): void {
    this.#longest.set(module, Math.max(ms, (this.#longest.get(module) ?? 0) / 2));
  }

  /** @returns 1 for a module that has not run yet. */
  tasksAtOnce(module: string): number {
    const longest = this.#longest.get(module) ?? workMs;
    return Math.max(1, Math.min(maxTasks, Math.floor(workMs / longest)));
  }
}
