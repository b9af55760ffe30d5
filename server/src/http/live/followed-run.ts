import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Db } from '../../store/db/db.js';
import { findLastLine, readLogLines } from '../../store/tables/run-logs.js';
import { findTasks } from '../../store/tables/runs.js';
import { CompactLog } from './compact-log.js';

/** The maximum size of a run's retained changes, in characters. */
const maxCharacters = 4 * 1024 ** 2;

/** The maximum number of log lines to read per query. */
const maxLines = 1000;

/** The changed tasks and the new log lines of a run. */
export interface RunUpdate {
  readonly tasks: readonly TaskStatus[];
  readonly lines: readonly StoredLogLine[];
  /** Whether there may be more new lines, because the limit was reached. */
  readonly hasMore: boolean;
}

/** Collects the changes to a run's tasks and log, for the streams that follow the run. */
export class FollowedRun {
  readonly id: string;
  readonly #log: CompactLog;
  readonly #tasks = new Map<string, string>();
  #lastLine = 0;
  #isReady = false;
  /** Resolves when {@link start} has recorded the current tasks and log position. The value is whether the run is visible. */
  startPromise: Promise<boolean> | undefined;
  /** Whether changes should be read: the current state is known, and there are followers. */
  get isActive(): boolean {
    return this.#isReady && this.followerCount > 0;
  }

  /** The number of streams that follow the run. */
  followerCount = 0;
  /** When a stream last stopped following the run, in milliseconds of `performance.now()`. */
  lastLeftAt = 0;

  constructor(id: string, version: number) {
    this.id = id;
    this.#log = new CompactLog(version, maxCharacters);
  }

  /** Records the current tasks and log position, so that only later changes are reported. Clients read the current state themselves. */
  async start(db: Db, now: Date): Promise<void> {
    for (const task of await findTasks(db, this.id, now)) this.#recordIfChanged(task);
    this.#lastLine = await findLastLine(db, this.id);
    this.#isReady = true;
  }

  /** Returns the changes since the last call. */
  async readUpdate(db: Db, now: Date): Promise<RunUpdate> {
    const tasks = await findTasks(db, this.id, now);
    const lines = await readLogLines(db, this.id, { after: this.#lastLine, limit: maxLines });
    this.#lastLine = lines.at(-1)?.line ?? this.#lastLine;
    return { tasks: tasks.filter((task) => this.#recordIfChanged(task)), lines, hasMore: lines.length === maxLines };
  }

  record({ tasks, lines }: RunUpdate, version: number): void {
    for (const task of tasks) this.#log.set(`task ${task.key}`, version, JSON.stringify(task));
    for (const line of lines) this.#log.set(`log ${line.line}`, version, JSON.stringify(line));
  }

  /** Returns the events after a version, each without its final blank line, or `undefined` if some changes were dropped. */
  since(version: number): string[] | undefined {
    const entries = this.#log.since(version);
    return entries && [...this.#formatEvents('task', 'tasks', entries), ...this.#formatEvents('log', 'lines', entries)];
  }

  clear(version: number): void {
    this.#log.clear(version);
  }

  #formatEvents(
    name: string,
    field: string,
    entries: readonly { readonly key: string; readonly text: string }[],
  ): string[] {
    const items = entries.filter(({ key }) => key.startsWith(`${name} `)).map(({ text }) => text);
    if (items.length === 0) return [];
    return [`event: ${name}\ndata: {"requestId":"${this.id}","${field}":[${items.join(',')}]}\n`];
  }

  /** Records a task. Returns whether the task is new or has changed since the last call. */
  #recordIfChanged(task: TaskStatus): boolean {
    // ignore the duration, which changes constantly while a task runs
    const text = JSON.stringify({ ...task, durationMs: null });
    if (this.#tasks.get(task.key) === text) return false;
    this.#tasks.set(task.key, text);
    return true;
  }
}
