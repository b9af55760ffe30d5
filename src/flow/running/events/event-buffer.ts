import type { RunEvent } from '../../../shared/runs/run-event.js';

const capacity = 1000;

/** A ring buffer of a run's newest events. Each reader reads at its own pace. */
export class EventBuffer {
  readonly #events: RunEvent[] = [];
  /** Total number of events pushed, which readers use as an offset. */
  #count = 0;
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  push(event: RunEvent): void {
    this.#events[this.#count++ % capacity] = event;
    this.#wake();
  }

  /**
   * Closes the buffer. Current readers still receive the remaining events.
   *
   * @returns A buffer with only the last event, for new readers.
   */
  end(): EventBuffer {
    this.#isOver = true;
    this.#wake();
    const rest = new EventBuffer();
    const last = this.#events[(this.#count - 1) % capacity];
    if (last) rest.push(last);
    rest.#isOver = true;
    return rest;
  }

  async *read(): AsyncGenerator<RunEvent, void, undefined> {
    for (let next = 0; ;) {
      next = Math.max(next, this.#count - capacity);
      const event = next < this.#count ? this.#events[next % capacity] : undefined;
      if (event) {
        next++;
        yield event;
      } else if (this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    }
  }

  #wake(): void {
    if (this.#waiting.size === 0) return;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
