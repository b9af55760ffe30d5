import type { RunEvent } from '../../../shared/runs/run-event.js';

/** Maximum number of events to keep. Slow readers miss older events. */
const capacity = 1000;

/** A ring buffer of a run's newest events. Each reader reads at its own pace. */
export class EventBuffer {
  readonly #events: RunEvent[] = [];
  /** The total number of events pushed, including dropped ones. */
  #count = 0;
  #isClosed = false;
  readonly #wakeCallbacks = new Set<() => void>();

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
    this.#isClosed = true;
    this.#wake();
    const remaining = new EventBuffer();
    const last = this.#events[(this.#count - 1) % capacity];
    if (last) remaining.push(last);
    remaining.#isClosed = true;
    return remaining;
  }

  async *read(): AsyncGenerator<RunEvent, void, undefined> {
    for (let next = 0; ;) {
      next = Math.max(next, this.#count - capacity);
      const event = next < this.#count ? this.#events[next % capacity] : undefined;
      if (event) {
        next++;
        yield event;
      } else if (this.#isClosed) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#wakeCallbacks.add(resolve));
      }
    }
  }

  #wake(): void {
    if (this.#wakeCallbacks.size === 0) return;
    for (const wake of this.#wakeCallbacks) wake();
    this.#wakeCallbacks.clear();
  }
}
