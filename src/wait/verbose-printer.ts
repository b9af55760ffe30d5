import { relative } from 'node:path';
import type { PipelineContext } from '../http/call-hosted.js';
import type { Outages } from '../http/outages.js';
import { openLineBelowCell } from '../print/notebook.js';
import { formatBytes } from '../shared/rules/files/file-size.js';
import { formatWarning, type RunWarning } from '../shared/runs/run-warning.js';
import { describeOutage, OutageLines } from '../shared/runtime/outage-lines.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { ProcessEvent } from '../shared/types/process.js';

/**
 * For the `verbose` option, prints messages to stderr, such as a line for each completed module. In a notebook, a single line below the
 * cell shows the latest message or the run's progress, and only warnings are printed to stderr.
 */
export class VerbosePrinter {
  readonly #pipelineName: string;
  /** Sets the text of the line below the notebook's cell. `null` until `#openLine` is called; `undefined` if there is no such line. */
  #updateLine: ((line: string) => void) | null | undefined = null;
  #doneFileCount = 0;
  #failedFileCount = 0;
  readonly #outageLines = new OutageLines();

  constructor(pipelineName: string) {
    this.#pipelineName = pipelineName;
  }

  showUpload(label: string, size: number | undefined, requestId: string): void {
    this.#show(
      `uploaded ${formatPath(label)}${size === undefined ? '' : ` (${formatBytes(size)})`} as request ${requestId}`,
    );
  }

  showWarnings(warnings: readonly RunWarning[]): void {
    for (const warning of warnings) this.#print(`warning: ${formatWarning(warning)}`);
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

  /** Shows server outages while calls wait for the server. @returns A function that stops showing them. */
  showOutages(outages: Outages): () => void {
    return outages.addListener((outage) => {
      const update = this.#openLine();
      const line = this.#outageLines.read(outage);
      if (update && outage) update(this.#toLine(describeOutage(outage)));
      else if (line !== undefined) this.#print(line);
    });
  }

  showSavedFiles(paths: readonly string[]): void {
    const messages = paths.map((path) => `saved ${formatPath(path)}`);
    if (this.#openLine()) this.#show(['completed', ...messages].join(', '));
    else for (const message of messages) this.#show(message);
  }

  /** Counts a finished file of a batch. In a notebook, shows the numbers of successful and failed files. */
  countFile(hasFailed: boolean): void {
    if (hasFailed) this.#failedFileCount++;
    else this.#doneFileCount++;
    this.#openLine()?.(this.#toLine(''));
  }

  #showProgress({ state, tasks, late }: RunStatus): void {
    const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
    const percentSuffix = task?.progress?.percent == null ? '' : `, ${Math.floor(task.progress.percent)}%`;
    const stage = task ? `module ${task.index + 1} of ${tasks.length} (${task.name})${percentSuffix}` : state;
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
    if (this.#updateLine === null) this.#updateLine = openLineBelowCell();
    return this.#updateLine;
  }

  #toLine(text: string): string {
    const done = this.#doneFileCount > 0 ? `${this.#doneFileCount} done` : '';
    const failed = this.#failedFileCount > 0 ? `${this.#failedFileCount} failed` : '';
    const counts = [done, failed].filter((count) => count !== '').join(', ');
    return `${this.#pipelineName}: ${[counts, text].filter((part) => part !== '').join('; ')}`.replaceAll('\n', ' ');
  }
}

/** Calls `work` with a new `VerbosePrinter`. If `verbose` is true, also shows server outages until `work` ends. */
export async function withVerbosePrinter<T>(
  { connection, name }: PipelineContext,
  { verbose }: { readonly verbose?: boolean | undefined },
  work: (printer: VerbosePrinter) => Promise<T>,
): Promise<T> {
  const printer = new VerbosePrinter(name);
  const stopShowingOutages = verbose ? printer.showOutages(connection.outages) : () => undefined;
  try {
    return await work(printer);
  } finally {
    stopShowingOutages();
  }
}

/** Returns a relative path for a file inside the working directory, and any other path unchanged. */
function formatPath(path: string): string {
  const relativePath = relative(process.cwd(), path);
  return relativePath !== '' && !relativePath.startsWith('..') ? relativePath : path;
}
