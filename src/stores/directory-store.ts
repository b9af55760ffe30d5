import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkId } from '../shared/rules/arguments.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import { isFinalState } from '../shared/runs/run-state.js';
import { RunRecord } from '../shared/runs/run-record.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import { chooseFilesToRemove } from './choose-files-to-remove.js';

const extension = '.jsonl';

/**
 * Stores each run in its own JSON Lines file, `<run id>.jsonl`, with one event per line, in order. Progress and log events are omitted,
 * because resuming a run does not need them. A file is created atomically with its first line. A line truncated by a crash is ignored, and
 * a process that resumes the run starts on a new line. The event that records a step's completion is on disk before the next step begins.
 */
class DirectoryStore implements RunStore {
  readonly #directory: string;
  readonly #maxRuns: number;
  /** The unwritten lines of each run, by run id. */
  readonly #pendingTextByRun = new Map<string, string>();
  /** The latest unfinished write of each run, by run id. */
  readonly #latestWriteByRun = new Map<string, Promise<void>>();
  /**
   * The ids of the unfinished runs whose files ended with a line break after this process's most recent write. Text appended to any other
   * run's file begins with a line break.
   */
  readonly #newlineTerminatedRuns = new Set<string>();
  /** The ids of this process's runs that have not ended. */
  readonly #runsInProgress = new Set<string>();
  #fileCount: number | undefined;
  #cleanupThreshold: number;
  #cleanup: Promise<void> = Promise.resolve();

  constructor(directory: string, maxRuns: number) {
    this.#directory = resolve(directory);
    this.#maxRuns = this.#cleanupThreshold = maxRuns;
  }

  append(event: RunEvent): Promise<void> | void {
    if (event.type === 'log' || event.type === 'progress') return;
    const { run } = event;
    if (event.type === 'run-state' && isFinalState(event.state)) this.#runsInProgress.delete(run);
    else this.#runsInProgress.add(run);
    this.#pendingTextByRun.set(run, `${this.#pendingTextByRun.get(run) ?? ''}${JSON.stringify(event)}\n`);
    if (!mustAwaitWrite(event)) return;
    const written = (this.#latestWriteByRun.get(run) ?? Promise.resolve()).catch(ignore).then(() => this.#write(event));
    this.#latestWriteByRun.set(run, written);
    const removeIfLatest = (): void => {
      if (this.#latestWriteByRun.get(run) === written) this.#latestWriteByRun.delete(run);
    };
    written.then(removeIfLatest, removeIfLatest);
    return written;
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    if (checkId(runId) !== undefined) return undefined;
    await this.#latestWriteByRun.get(runId)?.catch(ignore);
    const text = await readFile(this.#getPath(runId), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    let record: RunRecord | undefined;
    for (const event of text === undefined ? [] : readEvents(text)) {
      if (record) record.apply(event);
      else if (event.type === 'run-created') record = RunRecord.create(event);
    }
    return record?.resumePoint();
  }

  async #write(event: RunEvent): Promise<void> {
    const { run, type } = event;
    const text = this.#pendingTextByRun.get(run) ?? '';
    this.#pendingTextByRun.delete(run);
    try {
      if (type === 'run-created') await this.#createFile(run, text);
      else await this.#appendText(this.#getPath(run), this.#newlineTerminatedRuns.has(run) ? text : `\n${text}`);
    } catch (error) {
      this.#newlineTerminatedRuns.delete(run);
      // The write may have been partial. The next write repeats the events, and a reader ignores events that it has already read.
      // If the run has ended, the events are not repeated, because another process may have resumed the run.
      if (type !== 'run-state') this.#pendingTextByRun.set(run, text + (this.#pendingTextByRun.get(run) ?? ''));
      throw error;
    }
    // after the run has ended, another process can resume it and append to the file
    if (type === 'run-state') this.#newlineTerminatedRuns.delete(run);
    else this.#newlineTerminatedRuns.add(run);
  }

  async #createFile(run: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const cleaned = this.#cleanup.then(() => this.#removeExcessRuns());
    this.#cleanup = cleaned.catch(ignore);
    await cleaned;
    await writeAtomically(this.#getPath(run), text, { mode: 0o600, durable: true });
  }

  async #appendText(file: string, text: string): Promise<void> {
    // no O_CREAT: if the file has been removed, a new file would lack the run's first events
    const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
    try {
      await handle.appendFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** Makes room for a new run. A cleanup reads all files, so it makes room for about `maxRuns / 10` runs at a time. */
  async #removeExcessRuns(): Promise<void> {
    this.#fileCount = (this.#fileCount ?? (await this.#listFiles()).length) + 1;
    if (this.#fileCount <= this.#cleanupThreshold) return;
    const files = await this.#listFiles();
    const keepCount = this.#maxRuns - Math.floor(this.#maxRuns / 10) - 1;
    const inProgress = new Set([...this.#runsInProgress].map((run) => this.#getPath(run)));
    const candidates = files.filter((file) => !inProgress.has(file));
    const removed = await chooseFilesToRemove(candidates, Math.max(0, files.length - keepCount));
    await Promise.all(removed.map((file) => rm(file, { force: true })));
    this.#fileCount = files.length - removed.length + 1;
    // if too few runs could be removed, raise the threshold; otherwise, every new run would cause a cleanup
    this.#cleanupThreshold =
      this.#fileCount > this.#maxRuns ? this.#fileCount + Math.floor(this.#maxRuns / 10) : this.#maxRuns;
  }

  async #listFiles(): Promise<string[]> {
    const names = await readdir(this.#directory);
    return names
      .filter((name) => name.endsWith(extension) && checkId(name.slice(0, -extension.length)) === undefined)
      .map((name) => join(this.#directory, name));
  }

  #getPath(run: string): string {
    return join(this.#directory, `${run}${extension}`);
  }
}

/**
 * Creates a store that keeps runs and the outputs of their tasks in a directory. Any process on the machine can `resume` the runs,
 * even after a crash or a power failure. Only one process at a time may resume a run.
 *
 * @param path The directory, created when the first run starts. Only the owner can read the files.
 * @param options `maxRuns`: the maximum number of runs. Above this limit, the oldest completed runs are removed first, then failed,
 * cancelled or crashed runs, then unfinished runs that have not been written to for a week. Runs in progress in this process are never
 * removed. Default: 1000.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * await clean.run({ raw: ' hola ' }, { store });
 * ```
 */
export function directoryStore(path: string, { maxRuns = 1000 }: { maxRuns?: number | undefined } = {}): RunStore {
  return new DirectoryStore(path, maxRuns);
}

/** Returns whether the run must wait until the event is on disk. Other events are buffered until the next write. */
function mustAwaitWrite(event: RunEvent): boolean {
  if (event.type === 'task-state') return event.state === 'completed' || event.childRun !== undefined;
  if (event.type === 'run-state') return event.state !== 'running' && event.state !== 'retrying';
  return event.type === 'run-created' || event.type === 'run-resumed';
}

function* readEvents(text: string): Generator<RunEvent> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line) as RunEvent;
    } catch {
      // A crash or a failed write truncated the line. A step runs again if no line records its completion.
    }
  }
}

const ignore = (): void => undefined;
