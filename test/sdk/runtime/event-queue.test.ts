import { expect, it } from 'vitest';
import { EventQueue, type QueuedEvent } from '../../../src/report/event-queue.js';

let sequence = 0;
const event = (type: QueuedEvent['type'], run = 'r', length = 10): QueuedEvent => {
  sequence++;
  return { run, sequence, type, text: 'x'.repeat(length) };
};
const all = { characters: Infinity, events: Infinity };

it('an event takes no longer in a queue that is full of states', () => {
  const queue = new EventQueue({ characters: Infinity, events: 1000 }, () => undefined);
  let visited = 0;
  const counting = (): QueuedEvent => ({
    ...event('task-state'),
    get text() {
      visited++;
      return 'x';
    },
  });
  for (let n = 0; n < 5000; n++) queue.add(counting());
  queue.add(event('log'));
  queue.add(event('progress'));
  for (let n = 0; n < 5000; n++) queue.add(counting());
  // each is looked at when it is added, and not again by the others
  expect(visited).toBeLessThan(30_000);
  expect(queue.size).toBe(10_000);
  expect(new Set(queue.peek(all).map(({ type }) => type))).toEqual(new Set(['task-state']));
});

it('drops progress before log lines, the newest first, and never a state', () => {
  let drops = 0;
  const queue = new EventQueue({ characters: Infinity, events: 10 }, () => drops++);
  const kept = [event('log'), event('log'), event('task-state')];
  for (const one of kept) queue.add(one);
  for (let n = 0; n < 20; n++) queue.add(event('progress'));
  expect(queue.size).toBeLessThanOrEqual(10);
  for (let n = 0; n < 9; n++) queue.add(event('run-state'));
  expect(queue.peek(all).filter(({ type }) => type === 'progress')).toEqual([]);
  expect(queue.peek(all).filter(({ type }) => type !== 'log')).toHaveLength(10);
  expect(drops).toBeGreaterThan(0);
});

it('removes what was sent, also when some of it was dropped meanwhile, and knows the runs of the rest', () => {
  const queue = new EventQueue({ characters: Infinity, events: 3000 }, () => undefined);
  const types = ['task-state', 'progress', 'log'] as const;
  const events = Array.from({ length: 3000 }, (_, n) => event(types[n % 3]!, `run ${n}`));
  for (const one of events) queue.add(one);
  const batch = queue.peek({ characters: Infinity, events: 1500 });
  expect(batch).toHaveLength(1500);
  for (let n = 0; n < 1000; n++) queue.add(event('run-state', 'more'));
  queue.removeSent(batch);
  expect(queue.has('run 0')).toBe(false);
  expect(queue.has('run 1500')).toBe(true);
  expect(queue.peek({ characters: 25, events: 100 })).toEqual([events[1500], events[1502]]);
  queue.removeRun('run 1500');
  expect(queue.has('run 1500')).toBe(false);
  expect(queue.peek({ characters: 1, events: 100 })).toEqual([events[1502]]);
  queue.clear();
  expect([queue.size, queue.isFull(), queue.has('more')]).toEqual([0, false, false]);
});
