import type { RunnerLogLine } from './runner.js';

/** A module that writes more is in a loop. */
const mostLines = 10_000;
const longestMessage = 4000;
const levels = ['debug', 'info', 'warning', 'error'] as const;

/** Passes on what a module writes into its run's log: text of a bearable length, and not without end. */
export class TaskLog {
  readonly #send: (line: RunnerLogLine) => void;
  #count = 0;
  #ended = false;

  constructor(send: (line: RunnerLogLine) => void) {
    this.#send = send;
  }

  write(message: unknown, level: unknown): void {
    if (this.#ended || ++this.#count > mostLines) return;
    const text = String(message);
    const line: RunnerLogLine = {
      level: levels.find((known) => known === level) ?? 'info',
      message: text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text,
    };
    const last = {
      level: 'warning',
      message: `This module has written ${mostLines} lines; no more are kept.`,
    } as const;
    this.#send(this.#count === mostLines ? last : line);
  }

  /** What a module writes after its end is nobody's. */
  end(): void {
    this.#ended = true;
  }
}
