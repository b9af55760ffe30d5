import { relative } from 'node:path';
import type { PipelineContext } from '../http/hosted-call.js';
import type { Outages } from '../http/outages.js';
import { openLineBelowCell } from '../print/notebook.js';
import { showBytes } from '../shared/rules/files/file-size.js';
import { showWarning, type RunWarning } from '../shared/runs/run-warning.js';
import { describeOutage, OutageLines } from '../shared/runtime/outage-lines.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { ProcessEvent } from '../shared/types/process.js';

/**
 * Prints a line to stderr for each event, such as a completed module. In a notebook, instead updates one line below the cell, which also
 * shows progress, and prints only warnings to stderr.
 */
export class VerboseLines {
  readonly #pipelineName: string;
  /** Updates the line below a notebook's cell. `null` before the first update; `undefined` outside a notebook. */
  #update: ((line: string) => void) | null | undefined = null;
  #filesDone = 0;
  #filesFailed = 0;
  readonly #outageLines = new OutageLines();

  constructor(pipelineName: string) {
    this.#pipelineName = pipelineName;
  }

  showUpload(label: string, size: number | undefined, requestId: string): void {
    this.#show(
      `uploaded ${showPath(label)}${size === undefined ? '' : ` (${showBytes(size)})`} as request ${requestId}`,
    );
  }

  showWarnings(warnings: readonly RunWarning[]): void {
    for (const warning of warnings) this.#print(`warning: ${showWarning(warning)}`);
  }

  showEvent(event: ProcessEvent): void {
    if (event.type === 'module-done') {
      this.#show(`module ${event.position} of ${event.of} (${event.module}) is done`);
    } else if (event.type === 'progress') {
      this.#showProgress(event.status);
    } else if (event.type === 'succeeded') {
      this.#show('completed');
    } else if (event.type === 'failed') {
      this.#show(event.error.message);
    }
  }

  /** Shows the duration of server outages. @returns A function that stops this. */
  showOutages(outages: Outages): () => void {
    return outages.listen((outage) => {
      const update = this.#openLine();
      const line = this.#outageLines.read(outage);
      if (update && outage) update(this.#toLine(describeOutage(outage)));
      else if (line !== undefined) this.#print(line);
    });
  }

  showSaved(files: readonly string[]): void {
    const paths = files.map(showPath);
    if (this.#openLine()) this.#show(['completed', ...paths.map((path) => `saved ${path}`)].join(', '));
    else for (const path of paths) this.#show(`saved ${path}`);
  }

  /** Counts a finished file of a batch. In a notebook, shows the number of completed and failed files. */
  countFile(hasFailed: boolean): void {
    if (hasFailed) this.#filesFailed++;
    else this.#filesDone++;
    this.#openLine()?.(this.#toLine(''));
  }

  #showProgress({ state, tasks, late }: RunStatus): void {
    const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
    const percent = task?.progress?.percent == null ? '' : `, ${Math.floor(task.progress.percent)} %`;
    const stage = task ? `module ${task.index + 1} of ${tasks.length} (${task.name})${percent}` : state;
    this.#openLine()?.(this.#toLine(late ? `${stage}, without a worker` : stage));
  }

  #show(text: string): void {
    const update = this.#openLine();
    if (update) update(this.#toLine(text));
    else this.#print(text);
  }

  #print(text: string): void {
    process.stderr.write(`${this.#pipelineName}: ${text.replaceAll('\n', ' ')}\n`);
  }

  #openLine(): ((line: string) => void) | undefined {
    if (this.#update === null) this.#update = openLineBelowCell();
    return this.#update;
  }

  #toLine(text: string): string {
    const done = this.#filesDone > 0 ? `${this.#filesDone} done` : '';
    const failed = this.#filesFailed > 0 ? `${this.#filesFailed} failed` : '';
    const counts = [done, failed].filter((count) => count !== '').join(', ');
    return `${this.#pipelineName}: ${[counts, text].filter((part) => part !== '').join('; ')}`.replaceAll('\n', ' ');
  }
}

/** Calls `call` with a printer for its lines. If `verbose` is true, also shows server outages during the call. */
export async function withLines<T>(
  { connection, name }: PipelineContext,
  { verbose }: { readonly verbose?: boolean | undefined },
  call: (lines: VerboseLines) => Promise<T>,
): Promise<T> {
  const lines = new VerboseLines(name);
  const stop = verbose ? lines.showOutages(connection.outages) : () => undefined;
  try {
    return await call(lines);
  } finally {
    stop();
  }
}

/** Returns a relative path for a file inside the working directory, and any other path unchanged. */
function showPath(path: string): string {
  const relativePath = relative(process.cwd(), path);
  return relativePath !== '' && !relativePath.startsWith('..') ? relativePath : path;
}
