import type { RunnerError } from './runner-error.js';

/** A process died of something older than the task that it was sent: another process may run that. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
  readonly death: RunnerError;

  constructor(death: RunnerError) {
    super(death.message);
    this.death = death;
  }
}
