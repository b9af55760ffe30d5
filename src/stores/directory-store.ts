import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkId } from '../shared/rules/identifier.js';
import { writeAtomically } from '../shared/runtime/write-atomically.js';
import { RunRecord } from '../shared/runs/run-record.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';

const extension = '.jsonl';

/**
 * Keeps each run in a file of its own, `<run id>.jsonl`: a line for each report, as JSON, in the run's order. Progress and logs
 * are left out, for nothing is resumed from them. A file appears whole, with its first line; a line that a crash cut off is
 * not looked at, and what follows it begins a new one. What completes a step is on the disk before the next step begins.
 */
class DirectoryStore implements RunStore {
  readonly #directory: string;
  readonly #maxRuns: number;
  /** What is still to be written, by run. */
  readonly #waiting = new Map<string, string>();
  /** The last write of each run that is being written. */
  readonly #writing = new Map<string, Promise<void>>();
  /** Runs whose file this program began or has gone on with: it ends in a whole line. */
  readonly #whole = new Set<string>();
  #count: number | undefined;
  #tidying: Promise<void> = Promise.resolve();

  constructor(directory: string, maxRuns: number) {
    this.#directory = resolve(directory);
    this.#maxRuns = maxRuns;
  }

  append(report: RunEvent): Promise<void> | void {
    if (report.type === 'log' || report.type === 'progress') return;
    const { run } = report;
    this.#waiting.set(run, `${this.#waiting.get(run) ?? ''}${JSON.stringify(report)}\n`);
    if (!isWorthWaitingFor(report)) return;
    const written = (this.#writing.get(run) ?? Promise.resolve()).catch(ignore).then(() => this.#write(report));
    this.#writing.set(run, written);
    const forget = (): void => {
      if (this.#writing.get(run) === written) this.#writing.delete(run);
    };
    written.then(forget, forget);
    return written;
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    if (checkId(runId) !== undefined) return undefined;
    await this.#writing.get(runId)?.catch(ignore);
    const text = await readFile(this.#fileOf(runId), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    let record: RunRecord | undefined;
    for (const report of text === undefined ? [] : readEvents(text)) {
      if (record) record.apply(report);
      else if (report.type === 'run-created') record = RunRecord.open(report);
    }
    return record?.resumePoint();
  }

  async #write(report: RunEvent): Promise<void> {
    const { run, type } = report;
    const text = this.#waiting.get(run) ?? '';
    this.#waiting.delete(run);
    if (type === 'run-created') await this.#begin(run, text);
    else await this.#extend(this.#fileOf(run), this.#whole.has(run) ? text : `\n${text}`);
    if (type === 'run-state') this.#whole.delete(run);
    else this.#whole.add(run);
  }

  async #begin(run: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const tidied = this.#tidying.then(() => this.#makeRoom());
    this.#tidying = tidied.catch(ignore);
    await tidied;
    await writeAtomically(this.#fileOf(run), text, { mode: 0o600, durable: true });
  }

  async #extend(file: string, text: string): Promise<void> {
    const handle = await open(file, 'a', 0o600);
    try {
      await handle.appendFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** Removes the files that were not written to for longest, a tenth at a time: each time, all have to be looked at. */
  async #makeRoom(): Promise<void> {
    this.#count = (this.#count ?? (await this.#files()).length) + 1;
    if (this.#count <= this.#maxRuns) return;
    const aged = await Promise.all((await this.#files()).map(async (file) => ({ file, at: await changedAt(file) })));
    aged.sort((a, b) => a.at - b.at);
    const kept = this.#maxRuns - Math.floor(this.#maxRuns / 10) - 1;
    const spare = aged.slice(0, Math.max(0, aged.length - kept));
    await Promise.all(spare.map(({ file }) => rm(file, { force: true })));
    this.#count = aged.length - spare.length + 1;
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.#directory);
    return names
      .filter((name) => name.endsWith(extension) && checkId(name.slice(0, -extension.length)) === undefined)
      .map((name) => join(this.#directory, name));
  }

  #fileOf(run: string): string {
    return join(this.#directory, `${run}${extension}`);
  }
}

/**
 * A store that keeps runs in a directory, with the outputs of their tasks: any program on the machine can `resume` them, after a
 * crash or a power cut too. One program at a time goes on with a run.
 *
 * @param path Made when the first run begins; only its owner can read the files.
 * @param options `maxRuns`: Those not written to for longest are removed when there are more. Default 1000.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * await clean.run({ raw: ' hola ' }, { store });
 * ```
 */
export function directoryStore(path: string, { maxRuns = 1000 }: { maxRuns?: number | undefined } = {}): RunStore {
  return new DirectoryStore(path, maxRuns);
}

/** The others are written with the next of these: what they say only matters together with it. */
function isWorthWaitingFor(report: RunEvent): boolean {
  if (report.type === 'task-state') return report.state === 'completed' || report.childRun !== undefined;
  if (report.type === 'run-state') return report.state !== 'running' && report.state !== 'retrying';
  return report.type === 'run-created' || report.type === 'run-resumed';
}

function* readEvents(text: string): Generator<RunEvent> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line) as RunEvent;
    } catch {
      // cut off by a crash: what it said is done again
    }
  }
}

async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

const ignore = (): void => undefined;
