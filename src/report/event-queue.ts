import type { RunEvent } from '../shared/runs/run-event.js';

/** A report as it waits to be sent. */
export interface QueuedEvent {
  readonly run: string;
  readonly sequence: number;
  readonly type: RunEvent['type'];
  /** As JSON. */
  readonly text: string;
}

export interface QueueLimits {
  /** Characters that wait at the most, states aside. */
  readonly characters: number;
  readonly reports: number;
}

/** What a program can do without, the first before the second. States are never among it. */
const expendable = ['progress', 'log'] as const;

/**
 * Reports in their order, up to a size. When there is no room progress goes first, then log lines, the newest of them before the
 * oldest; never what says how a run stands.
 */
export class EventQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: () => void;
  #items: QueuedEvent[] = [];
  #characters = 0;

  /** @param onDrop Called whenever something was dropped. */
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
    for (const type of expendable) {
      if (!this.#isFull) return;
      this.#dropHalfOf(type);
    }
  }

  /** The oldest reports, so many and of so many characters at the most, but at least one. They stay. */
  peek(limits: QueueLimits): QueuedEvent[] {
    let characters = 0;
    let count = 0;
    for (const { text } of this.#items) {
      characters += text.length;
      if (count > 0 && (count === limits.reports || characters > limits.characters)) break;
      count++;
    }
    return this.#items.slice(0, count);
  }

  /** The runs that reports wait of. */
  runs(): Set<string> {
    return new Set(this.#items.map(({ run }) => run));
  }

  /** Takes reports out that arrived, or that nobody takes. */
  remove(isGone: (item: QueuedEvent) => boolean): void {
    this.#keep((item) => !isGone(item));
  }

  get #isFull(): boolean {
    return this.#characters > this.#limits.characters || this.#items.length > this.#limits.reports;
  }

  /** Half at once, so that a queue that is full does not go through all of itself for each report. */
  #dropHalfOf(type: RunEvent['type']): void {
    const count = this.#items.reduce((sum, item) => sum + (item.type === type ? 1 : 0), 0);
    if (count === 0) return;
    const most = Math.floor(count / 2);
    let seen = 0;
    this.#keep((item) => item.type !== type || ++seen <= most);
    this.#onDrop();
  }

  #keep(stays: (item: QueuedEvent) => boolean): void {
    this.#items = this.#items.filter(stays);
    this.#characters = this.#items.reduce((sum, { text }) => sum + text.length, 0);
  }
}
