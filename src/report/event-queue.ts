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

const isDroppable = (type: RunEvent['type']): boolean => type === 'progress' || type === 'log';

/**
 * A bounded FIFO queue of events. When the queue is full, it drops progress first, then log lines, and the newest of each first.
 * Adding an event and taking a batch take no longer for a long queue than for a short one.
 */
export class EventQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: () => void;
  #items: QueuedEvent[] = [];
  /** The index of the oldest event in `#items`. The places before it are free. */
  #start = 0;
  #characters = 0;
  /** How many events of each droppable type are in the queue. */
  readonly #droppable = { progress: 0, log: 0 };
  /** How many events of each run are in the queue. */
  readonly #byRun = new Map<string, number>();

  /** @param onDrop Called whenever events are dropped. */
  constructor(limits: QueueLimits, onDrop: () => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#items.length - this.#start;
  }

  add(item: QueuedEvent): void {
    this.#items.push(item);
    this.#count(item, 1);
    if (!this.isFull()) return;
    // the newest event of its type would be among the first to go
    if (isDroppable(item.type) && !this.#hasEarlierType(item.type)) {
      this.#items.pop();
      this.#count(item, -1);
      this.#onDrop();
      return;
    }
    for (const type of droppableTypes) {
      if (!this.isFull()) return;
      this.#dropHalfOf(type);
    }
  }

  /** Returns the oldest events that fit the limits, and the oldest event even if it exceeds them. Does not remove events. */
  peek(limits: QueueLimits): QueuedEvent[] {
    let characters = 0;
    let end = this.#start;
    for (; end < this.#items.length && end - this.#start < limits.events; end++) {
      characters += this.#items[end]?.text.length ?? 0;
      if (end > this.#start && characters > limits.characters) break;
    }
    return this.#items.slice(this.#start, end);
  }

  /** Whether the queue has events of a run. */
  has(run: string): boolean {
    return this.#byRun.has(run);
  }

  /** Removes events that were taken with `peek`, some of which may have been dropped since. */
  removeSent(events: readonly QueuedEvent[]): void {
    for (const event of events) {
      // a dropped event leaves a gap
      if (this.#items[this.#start] !== event) continue;
      this.#start++;
      this.#count(event, -1);
    }
    // shift the items only now and then
    if (this.#start > 1000 && this.#start * 2 > this.#items.length) this.#keep(() => true);
  }

  /** Removes all events of a run. */
  removeRun(run: string): void {
    if (this.has(run)) this.#keep((item) => item.run !== run);
  }

  clear(): void {
    this.#keep(() => false);
  }

  isFull(): boolean {
    return this.#characters > this.#limits.characters || this.size > this.#limits.events;
  }

  /** Whether the queue has events of a type that goes before this one. */
  #hasEarlierType(type: RunEvent['type']): boolean {
    return type === 'log' && this.#droppable.progress > 0;
  }

  /** Drops the newest half at once, so that a full queue is not searched for every new event. */
  #dropHalfOf(type: (typeof droppableTypes)[number]): void {
    const count = this.#droppable[type];
    if (count === 0) return;
    const keepCount = Math.floor(count / 2);
    let seen = 0;
    this.#keep((item) => item.type !== type || ++seen <= keepCount);
    this.#onDrop();
  }

  #keep(shouldKeep: (item: QueuedEvent) => boolean): void {
    const kept: QueuedEvent[] = [];
    for (let index = this.#start; index < this.#items.length; index++) {
      const item = this.#items[index];
      if (!item) continue;
      if (shouldKeep(item)) kept.push(item);
      else this.#count(item, -1);
    }
    this.#items = kept;
    this.#start = 0;
  }

  #count({ run, type, text }: QueuedEvent, by: 1 | -1): void {
    this.#characters += by * text.length;
    if (type === 'progress' || type === 'log') this.#droppable[type] += by;
    const count = (this.#byRun.get(run) ?? 0) + by;
    if (count === 0) this.#byRun.delete(run);
    else this.#byRun.set(run, count);
  }
}
