import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Db } from '../../store/db/db.js';
import { findLastLine, readLogLines } from '../../store/tables/run-logs.js';
import { findTasks } from '../../store/tables/runs.js';
import { CompactLog } from './compact-log.js';
import { formatEvent } from './event-stream.js';

/** The maximum size of a run's retained changes, in characters. */
const maxCharacters = 4 * 1024 ** 2;

/** The maximum number of log lines to read per query. */
const maxLinesPerRead = 1000;

/** The changed tasks and the new log lines of a run. */
export interface RunUpdate {
  readonly tasks: readonly TaskStatus[];
  readonly lines: readonly StoredLogLine[];
  /** Whether the log may have more new lines, because `lines` has the maximum length. */
  readonly hasMore: boolean;
}

/** Collects the changes to a run's tasks and log, for the streams that follow the run. */
export class FollowedRun {
  readonly id: string;
  readonly #log: CompactLog;
  /** Each task's last known state as JSON, without the duration, by task key. */
  readonly #taskJsonByKey = new Map<string, string>();
  #lastLineNumber = 0;
  #isStarted = false;
  /** Resolves to `true` after {@link start} has finished, or to `false` if the run is not visible. Set by the feed. */
  startPromise: Promise<boolean> | undefined;
  /** Whether to read changes: {@link start} has finished, and at least one stream follows the run. */
  get isActive(): boolean {
    return this.#isStarted && this.followerCount > 0;
  }

  /** The number of streams that follow the run. */
  followerCount = 0;
  /** When a stream last stopped following the run, as a `performance.now()` value. */
  lastFollowerLeftAt = 0;

  constructor(id: string, version: number) {
    this.id = id;
    this.#log = new CompactLog(version, maxCharacters);
  }

  /** Records the current tasks and log position, so that only later changes are reported. Clients read the current state themselves. */
  async start(db: Db, now: Date): Promise<void> {
    for (const task of await findTasks(db, this.id, now)) this.#recordIfChanged(task);
    this.#lastLineNumber = await findLastLine(db, this.id);
    this.#isStarted = true;
  }

  /** Returns the changes since {@link start} or the previous call, with at most `maxLinesPerRead` log lines. */
  async readUpdate(db: Db, now: Date): Promise<RunUpdate> {
    const tasks = await findTasks(db, this.id, now);
    const lines = await readLogLines(db, this.id, { after: this.#lastLineNumber, limit: maxLinesPerRead });
    this.#lastLineNumber = lines.at(-1)?.line ?? this.#lastLineNumber;
    return {
      tasks: tasks.filter((task) => this.#recordIfChanged(task)),
      lines,
      hasMore: lines.length === maxLinesPerRead,
    };
  }

  /** Adds an update to the retained changes. */
  record({ tasks, lines }: RunUpdate, version: number): void {
    for (const task of tasks) this.#log.set(`task ${task.key}`, version, JSON.stringify(task));
    for (const line of lines) this.#log.set(`log ${line.line}`, version, JSON.stringify(line));
  }

  /** Returns the events after a version, each without its final blank line, or `undefined` if some changes were dropped. */
  getEventsAfter(version: number): string[] | undefined {
    const entries = this.#log.getEntriesAfter(version);
    return entries && [...this.#formatEvents('task', 'tasks', entries), ...this.#formatEvents('log', 'lines', entries)];
  }

  clear(version: number): void {
    this.#log.clear(version);
  }

  /** Combines all entries of one kind into a single event. Returns an empty array if there are no entries of that kind. */
  #formatEvents(
    kind: string,
    field: string,
    entries: readonly { readonly key: string; readonly text: string }[],
  ): string[] {
    const items = entries.filter(({ key }) => key.startsWith(`${kind} `)).map(({ text }) => text);
    if (items.length === 0) return [];
    return [formatEvent(kind, `{"requestId":"${this.id}","${field}":[${items.join(',')}]}`)];
  }

  /** Records a task's state, unless the same state is already recorded. Returns whether the state was recorded. */
  #recordIfChanged(task: TaskStatus): boolean {
    // ignore the duration, which changes constantly while a task runs
    const text = JSON.stringify({ ...task, durationMs: null });
    if (this.#taskJsonByKey.get(task.key) === text) return false;
    this.#taskJsonByKey.set(task.key, text);
    return true;
  }
}
