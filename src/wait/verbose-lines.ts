import { relative } from 'node:path';
import { showBytes } from '../shared/rules/file-size.js';
import type { ProcessEvent } from '../shared/types/process.js';

/**
 * Prints a full line to stderr on every state change, so that the output is readable in logs and notebooks as well as terminals.
 */
export class VerboseLines {
  readonly #pipeline: string;

  constructor(pipeline: string) {
    this.#pipeline = pipeline;
  }

  uploaded(label: string, size: number | undefined, requestId: string): void {
    this.#print(
      `uploaded ${showPath(label)}${size === undefined ? '' : ` (${showBytes(size)})`} as request ${requestId}`,
    );
  }

  warning(message: string): void {
    this.#print(`warning from the server: ${message}`);
  }

  event(event: ProcessEvent): void {
    if (event.type === 'module-done') {
      this.#print(`module ${event.position} of ${event.of} (${event.module}) is done`);
    } else if (event.type === 'succeeded') {
      this.#print('completed');
    } else if (event.type === 'failed') {
      this.#print(event.error.message);
    }
  }

  saved(files: readonly string[]): void {
    for (const file of files) this.#print(`saved ${showPath(file)}`);
  }

  #print(text: string): void {
    process.stderr.write(`${this.#pipeline}: ${text.replaceAll('\n', ' ')}\n`);
  }
}

/** Returns a relative path if the file is inside the working directory. */
function showPath(path: string): string {
  const relativePath = relative(process.cwd(), path);
  return relativePath !== '' && !relativePath.startsWith('..') ? relativePath : path;
}
