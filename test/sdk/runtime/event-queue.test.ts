import { expect, it } from 'vitest';
import { EventQueue, type QueuedEvent } from '../../../src/report/event-queue.js';

let sequence = 0;
const createEvent = (type: QueuedEvent['type'], runId = 'r', length = 10): QueuedEvent => {
  sequence++;
  return { runId, sequence, type, text: 'x'.repeat(length) };
};
const all = { characters: Infinity, events: Infinity };

it('adding an event to a queue full of states does not visit them all', () => {
  const queue = new EventQueue({ characters: Infinity, events: 1000 }, () => undefined);
  let visited = 0;
  const createCountedEvent = (): QueuedEvent => ({
    ...createEvent('task-state'),
    get text() {
      visited++;
      return 'x';
    },
  });
  for (let n = 0; n < 5000; n++) queue.add(createCountedEvent());
  queue.add(createEvent('log'));
  queue.add(createEvent('progress'));
  for (let n = 0; n < 5000; n++) queue.add(createCountedEvent());
  // each event is visited when it is added, but not when others are added
  expect(visited).toBeLessThan(30_000);
  expect(queue.size).toBe(10_000);
  expect(new Set(queue.peek(all).map(({ type }) => type))).toEqual(new Set(['task-state']));
});

it('drops progress before log lines, the newest first, and never a state', () => {
  let drops = 0;
  const queue = new EventQueue({ characters: Infinity, events: 10 }, () => drops++);
  const kept = [createEvent('log'), createEvent('log'), createEvent('task-state')];
  for (const one of kept) queue.add(one);
  for (let n = 0; n < 20; n++) queue.add(createEvent('progress'));
  expect(queue.size).toBeLessThanOrEqual(10);
  for (let n = 0; n < 9; n++) queue.add(createEvent('run-state'));
  expect(queue.peek(all).filter(({ type }) => type === 'progress')).toEqual([]);
  expect(queue.peek(all).filter(({ type }) => type !== 'log')).toHaveLength(10);
  expect(drops).toBeGreaterThan(0);
});

it('removes sent events, even after some were dropped, and has() finds the runs of the rest', () => {
  const queue = new EventQueue({ characters: Infinity, events: 3000 }, () => undefined);
  const types = ['task-state', 'progress', 'log'] as const;
  const events = Array.from({ length: 3000 }, (_, n) => createEvent(types[n % 3]!, `run ${n}`));
  for (const one of events) queue.add(one);
  const batch = queue.peek({ characters: Infinity, events: 1500 });
  expect(batch).toHaveLength(1500);
  for (let n = 0; n < 1000; n++) queue.add(createEvent('run-state', 'more'));
  queue.removeSent(batch);
  expect(queue.has('run 0')).toBe(false);
  expect(queue.has('run 1500')).toBe(true);
  expect(queue.peek({ characters: 25, events: 100 })).toEqual([events[1500], events[1502]]);
  queue.removeRun('run 1500');
  expect(queue.has('run 1500')).toBe(false);
  expect(queue.peek({ characters: 1, events: 100 })).toEqual([events[1502]]);
  queue.clear();
  expect([queue.size, queue.exceedsLimits(), queue.has('more')]).toEqual([0, false, false]);
});
