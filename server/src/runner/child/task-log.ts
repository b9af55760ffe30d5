import type { RunnerLogLine } from '../runner.js';

/** Maximum number of lines per task. A module that writes more lines is probably in a loop. */
const maxLines = 10_000;
const maxMessageLength = 4000;
const levels = ['debug', 'info', 'warning', 'error'] as const;

/** Sends a module's log lines, limited in length and number. */
export class TaskLog {
  readonly #send: (line: RunnerLogLine) => void;
  #count = 0;
  #ended = false;

  constructor(send: (line: RunnerLogLine) => void) {
    this.#send = send;
  }

  write(message: unknown, level: unknown): void {
    if (this.#ended || ++this.#count > maxLines) return;
    const text = String(message);
    const line: RunnerLogLine = {
      level: levels.find((known) => known === level) ?? 'info',
      message: text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text,
    };
    const last = {
      level: 'warning',
      message: `This module has reached the limit of ${maxLines} lines; later lines are discarded.`,
    } as const;
    this.#send(this.#count === maxLines ? last : line);
  }

  /** Makes the log ignore any later lines from the module. */
  end(): void {
    this.#ended = true;
  }
}
