import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Alarm } from '../../src/http/live/alarm.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('rings once, at the earliest time that it was set to', () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring);
  alarm.set(Infinity);
  alarm.set(1000);
  alarm.set(250);
  alarm.set(2000);
  vi.advanceTimersByTime(249);
  expect(ring).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5000);
  expect(ring).toHaveBeenCalledTimes(1);
});

it('can be set again after it has rung, and does not ring once it is cleared', () => {
  const ring = vi.fn();
  const alarm = new Alarm(ring);
  alarm.set(10);
  vi.advanceTimersByTime(10);
  alarm.set(500);
  vi.advanceTimersByTime(500);
  expect(ring).toHaveBeenCalledTimes(2);
  alarm.set(10);
  alarm.clear();
  vi.advanceTimersByTime(5000);
  expect(ring).toHaveBeenCalledTimes(2);
});
