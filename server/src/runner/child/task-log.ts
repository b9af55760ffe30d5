import type { RunnerLogLine } from '../runner.js';

/** Maximum number of lines per task, including the notice about this limit. A module that exceeds it is probably in an endless loop. */
const maxLines = 10_000;
const maxMessageLength = 4000;
const levels = ['debug', 'info', 'warning', 'error'] as const;

/** Sends the log lines of a module, with limits on their length and number. */
export class TaskLog {
  readonly #send: (line: RunnerLogLine) => void;
  #count = 0;
  #hasEnded = false;

  constructor(send: (line: RunnerLogLine) => void) {
    this.#send = send;
  }

  write(message: unknown, level: unknown): void {
    if (this.#hasEnded || ++this.#count > maxLines) return;
    const text = String(message);
    const line: RunnerLogLine = {
      level: levels.find((name) => name === level) ?? 'info',
      message: text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text,
    };
    const limitNotice = {
      level: 'warning',
      message: `This module has reached the limit of ${maxLines} log lines. Later lines are discarded.`,
    } as const;
    this.#send(this.#count === maxLines ? limitNotice : line);
  }

  /** Ends the log. Later lines are ignored. */
  end(): void {
    this.#hasEnded = true;
  }
}
