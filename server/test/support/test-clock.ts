import { EventEmitter, once } from 'node:events';
import type { Clock } from '../../src/system/clock.js';

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  readonly #readings = new EventEmitter();
  #time: number;

  constructor(start = '2031-02-14T09:26:53.250Z') {
    this.#time = Date.parse(start);
  }

  now(): Date {
    this.#readings.emit('reading');
    return new Date(this.#time);
  }

  advance(seconds: number): void {
    this.#time += seconds * 1000;
  }

  /** Resolves at the next call of `now()`. */
  async nextReading(): Promise<void> {
    await once(this.#readings, 'reading');
  }

  /** Returns the time `secondsFromNow` seconds from now, in the format of the hosted protocol's responses. */
  timestamp(secondsFromNow = 0): string {
    return new Date(this.#time + secondsFromNow * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }

  /** Returns the time in the format of the hosted protocol's requests: whole Unix seconds. */
  unix(): number {
    return Math.floor(this.#time / 1000);
  }
}
