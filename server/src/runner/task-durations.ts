/** Maximum total duration of the tasks that a process has at once, in milliseconds. */
const workMs = 100;
const maxTasks = 16;

/** Decides how many tasks of a module a process should have at once: several if its recent tasks were all short. */
export class TaskDurations {
  /** For each module, an upper bound of the duration of recent tasks, in milliseconds. It is halved before each task is recorded. */
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
