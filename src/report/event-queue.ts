import type { RunEvent } from '../shared/runs/run-event.js';

/** An event waiting to be sent. */
export interface QueuedEvent {
  readonly run: string;
  readonly sequence: number;
  readonly type: RunEvent['type'];
  /** The event as JSON. */
  readonly text: string;
}

export interface QueueLimits {
  /** Maximum size, in characters of JSON. */
  readonly characters: number;
  /** Maximum number of events. */
  readonly events: number;
}

/** The event types dropped when the queue is full, in this order. State events are never dropped. */
const droppableTypes = ['progress', 'log'] as const;

/**
 * A bounded FIFO queue of events. When the queue is full, it drops progress first, then log lines, and the newest of each first.
 */
export class EventQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: () => void;
  #items: QueuedEvent[] = [];
  #characters = 0;

  /** @param onDrop Called whenever events are dropped. */
  constructor(limits: QueueLimits, onDrop: () => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: QueuedEvent): void {
    this.#items.push(item);
    this.#characters += item.text.length;
    for (const type of droppableTypes) {
      if (!this.#isFull) return;
      this.#dropHalfOf(type);
    }
  }

  /** Returns the oldest events that fit the limits, and the oldest event even if it exceeds them. Does not remove events. */
  peek(limits: QueueLimits): QueuedEvent[] {
    let characters = 0;
    let count = 0;
    for (const { text } of this.#items) {
      characters += text.length;
      if (count > 0 && (count === limits.events || characters > limits.characters)) break;
      count++;
    }
    return this.#items.slice(0, count);
  }

  /** Returns the ids of the runs with events in the queue. */
  runs(): Set<string> {
    return new Set(this.#items.map(({ run }) => run));
  }

  remove(matches: (item: QueuedEvent) => boolean): void {
    this.#keep((item) => !matches(item));
  }

  get #isFull(): boolean {
    return this.#characters > this.#limits.characters || this.#items.length > this.#limits.events;
  }

  /** Drops the newest half at once, so that a full queue is not searched for every new event. */
  #dropHalfOf(type: RunEvent['type']): void {
    const count = this.#items.reduce((sum, item) => sum + (item.type === type ? 1 : 0), 0);
    if (count === 0) return;
    const keepCount = Math.floor(count / 2);
    let seen = 0;
    this.#keep((item) => item.type !== type || ++seen <= keepCount);
    this.#onDrop();
  }

  #keep(shouldKeep: (item: QueuedEvent) => boolean): void {
    this.#items = this.#items.filter(shouldKeep);
    this.#characters = this.#items.reduce((sum, { text }) => sum + text.length, 0);
  }
}
