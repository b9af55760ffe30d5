import type { RunEvent } from '../shared/runs/run-event.js';

/** Limits for the pending events of one client. */
export const pendingLimits = { characters: 32 * 1024 ** 2, events: 200_000 };

/** An event waiting to be sent. */
export interface QueuedEvent {
  readonly runId: string;
  readonly sequence: number;
  readonly type: RunEvent['type'];
  /** The event as JSON. */
  readonly text: string;
}

export interface QueueLimits {
  /** Maximum total size, in characters of JSON. */
  readonly characters: number;
  /** Maximum number of events. */
  readonly events: number;
}

/** The event types that are dropped when the queue is full, in this order. Other types are never dropped. */
const droppableTypes = ['progress', 'log'] as const;

const isDroppable = (type: RunEvent['type']): boolean => type === 'progress' || type === 'log';

/**
 * A FIFO queue of events. If the queue exceeds its limits, it drops progress events, then log lines, newest first. Other events are never
 * dropped, so the queue can still exceed its limits. The amortised cost of adding an event, and of reading and removing a batch, does not
 * depend on the queue's length.
 */
export class EventQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: () => void;
  #items: QueuedEvent[] = [];
  /** The index of the oldest queued event in `#items`. Events before this index have been removed. */
  #startIndex = 0;
  #characterCount = 0;
  readonly #droppableCounts = { progress: 0, log: 0 };
  readonly #countsByRun = new Map<string, number>();

  /** @param onDrop Called whenever events are dropped because the queue is full. */
  constructor(limits: QueueLimits, onDrop: () => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#items.length - this.#startIndex;
  }

  add(item: QueuedEvent): void {
    this.#items.push(item);
    this.#updateCounts(item, 1);
    if (!this.exceedsLimits()) return;
    // this event would be the first to be dropped
    if (isDroppable(item.type) && !this.#hasTypeDroppedBefore(item.type)) {
      this.#items.pop();
      this.#updateCounts(item, -1);
      this.#onDrop();
      return;
    }
    for (const type of droppableTypes) {
      if (!this.exceedsLimits()) return;
      this.#dropHalfOf(type);
    }
  }

  /** Returns the oldest events that fit within the limits, without removing them. Includes the first event even if it is too large. */
  peek(limits: QueueLimits): QueuedEvent[] {
    let characterCount = 0;
    let end = this.#startIndex;
    for (; end < this.#items.length && end - this.#startIndex < limits.events; end++) {
      characterCount += this.#items[end]?.text.length ?? 0;
      if (end > this.#startIndex && characterCount > limits.characters) break;
    }
    return this.#items.slice(this.#startIndex, end);
  }

  /** Returns whether the queue contains any events of a run. */
  has(runId: string): boolean {
    return this.#countsByRun.has(runId);
  }

  /** Removes events that `peek` returned, some of which may have been dropped since. */
  removeSent(events: readonly QueuedEvent[]): void {
    for (const event of events) {
      // the event has been dropped since `peek` returned it
      if (this.#items[this.#startIndex] !== event) continue;
      this.#startIndex++;
      this.#updateCounts(event, -1);
    }
    // compact the array only occasionally, because compaction copies all remaining events
    if (this.#startIndex > 1000 && this.#startIndex * 2 > this.#items.length) this.#filter(() => true);
  }

  /** Removes all events of a run. */
  removeRun(runId: string): void {
    if (this.has(runId)) this.#filter((item) => item.runId !== runId);
  }

  clear(): void {
    this.#filter(() => false);
  }

  /** Returns whether the queue exceeds one of its limits. */
  exceedsLimits(): boolean {
    return this.#characterCount > this.#limits.characters || this.size > this.#limits.events;
  }

  /** Returns whether the queue contains events of a type that is dropped before this type. */
  #hasTypeDroppedBefore(type: RunEvent['type']): boolean {
    return type === 'log' && this.#droppableCounts.progress > 0;
  }

  /** Drops the newest half of a type's events at once, so that a full queue is not scanned for every new event. */
  #dropHalfOf(type: (typeof droppableTypes)[number]): void {
    const count = this.#droppableCounts[type];
    if (count === 0) return;
    const keepCount = Math.floor(count / 2);
    let matchCount = 0;
    this.#filter((item) => item.type !== type || ++matchCount <= keepCount);
    this.#onDrop();
  }

  #filter(shouldKeep: (item: QueuedEvent) => boolean): void {
    const remaining: QueuedEvent[] = [];
    for (let index = this.#startIndex; index < this.#items.length; index++) {
      const item = this.#items[index];
      if (!item) continue;
      if (shouldKeep(item)) remaining.push(item);
      else this.#updateCounts(item, -1);
    }
    this.#items = remaining;
    this.#startIndex = 0;
  }

  #updateCounts({ runId, type, text }: QueuedEvent, change: 1 | -1): void {
    this.#characterCount += change * text.length;
    if (type === 'progress' || type === 'log') this.#droppableCounts[type] += change;
    const count = (this.#countsByRun.get(runId) ?? 0) + change;
    if (count === 0) this.#countsByRun.delete(runId);
    else this.#countsByRun.set(runId, count);
  }
}
