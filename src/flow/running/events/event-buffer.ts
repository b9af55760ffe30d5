import type { RunEvent } from '../../../shared/runs/run-event.js';

/** Maximum number of events to keep. Readers that fall further behind miss the oldest events. */
const capacity = 1000;

/** A ring buffer of a run's newest events. Each reader reads at its own pace. */
export class EventBuffer {
  readonly #events: RunEvent[] = [];
  /** The total number of events pushed, including overwritten ones. */
  #pushedCount = 0;
  #isClosed = false;
  readonly #wakeCallbacks = new Set<() => void>();

  push(event: RunEvent): void {
    this.#events[this.#pushedCount++ % capacity] = event;
    this.#wake();
  }

  /**
   * Closes the buffer. Current readers still receive the remaining events.
   *
   * @returns A closed buffer with only the last event, for new readers.
   */
  close(): EventBuffer {
    this.#isClosed = true;
    this.#wake();
    const finalBuffer = new EventBuffer();
    const lastEvent = this.#events[(this.#pushedCount - 1) % capacity];
    if (lastEvent) finalBuffer.push(lastEvent);
    finalBuffer.#isClosed = true;
    return finalBuffer;
  }

  async *read(): AsyncGenerator<RunEvent, void, undefined> {
    for (let nextIndex = 0; ;) {
      nextIndex = Math.max(nextIndex, this.#pushedCount - capacity);
      const event = nextIndex < this.#pushedCount ? this.#events[nextIndex % capacity] : undefined;
      if (event) {
        nextIndex++;
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
