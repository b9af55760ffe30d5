/** Maximum expected total duration of the tasks to assign to a process at once, in milliseconds. */
const maxTotalMs = 100;
const maxTasks = 16;

/** Decides how many tasks of a module to assign to a process at once: several if the module's recent tasks were all short. */
export class TaskDurations {
  /**
   * For each module, the duration of its longest recent task, in milliseconds. Each shorter task halves the value, but not below the
   * duration of that task.
   */
  readonly #longestMsByModule = new Map<string, number>();

  record(module: string, ms: number): void {
    this.#longestMsByModule.set(module, Math.max(ms, (this.#longestMsByModule.get(module) ?? 0) / 2));
  }

  /** Returns how many tasks of a module to assign to a process at once: 1 for a module that has not run yet. */
  getTasksPerProcess(module: string): number {
    const longestMs = this.#longestMsByModule.get(module) ?? maxTotalMs;
    return Math.max(1, Math.min(maxTasks, Math.floor(maxTotalMs / longestMs)));
  }
}
