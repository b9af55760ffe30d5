import { Throttle } from 'millrace/shared/runtime/throttle.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('sends the first value at once, then the newest one per interval, including the last value', () => {
  const sent: number[] = [];
  const throttle = new Throttle<number>((value) => sent.push(value), { intervalMs: 250 });
  for (let n = 1; n <= 90; n++) {
    throttle.push(n);
    vi.advanceTimersByTime(10);
  }
  expect(sent).toEqual([1, 25, 50, 75]);
  vi.advanceTimersByTime(250);
  expect(sent).toEqual([1, 25, 50, 75, 90]);
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(5);
});

it('throttles a loop that never yields by the clock, since no timer fires', () => {
  vi.useRealTimers();
  const sent: number[] = [];
  const throttle = new Throttle<number>((value) => sent.push(value), { intervalMs: 10 });
  const started = performance.now();
  for (let n = 1; sent.length < 5; n++) throttle.push(n);
  expect(performance.now() - started).toBeGreaterThanOrEqual(40);
  throttle.close('drop');
});

it('sends the newest value at the end of an interval with `leading: false`', () => {
  const sent: number[] = [];
  const throttle = new Throttle<number>((value) => sent.push(value), { intervalMs: 250, leading: false });
  throttle.push(1);
  throttle.push(2);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(sent).toEqual([2]);
});

it('close() sends or drops the pending value, and no later value is sent', () => {
  const sent: number[] = [];
  const sending = new Throttle<number>((value) => sent.push(value), { intervalMs: 250 });
  for (const n of [1, 2]) sending.push(n);
  sending.close();
  sending.push(3);
  const dropping = new Throttle<number>((value) => sent.push(value), { intervalMs: 250 });
  for (const n of [4, 5]) dropping.push(n);
  dropping.close('drop');
  dropping.push(6);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([1, 2, 4]);
});

it('throttles that share a pace send at most one value per interval together', () => {
  const sent: string[] = [];
  const options = { intervalMs: 250, pace: { sentAt: -Infinity } };
  const [first, second] = ['first', 'second'].map(
    (name) => new Throttle<number>((n) => sent.push(`${name} ${n}`), options),
  );
  first?.push(1);
  second?.push(2);
  expect(sent).toEqual(['first 1']);
  vi.advanceTimersByTime(250);
  expect(sent).toEqual(['first 1', 'second 2']);
});
