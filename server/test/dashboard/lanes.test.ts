import type { RunStatus, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { expect, it } from 'vitest';
import { findDependencies } from '../../dashboard/pages/run/timeline/dependencies.js';
import { toLanes, findExpandedRunIds, type Lane, type LaneSource } from '../../dashboard/pages/run/timeline/lanes.js';
import { createTimeScale } from '../../dashboard/pages/run/timeline/time-scale.js';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

function taskOf(key: string, from: number, to: number | null, more: Partial<TaskStatus> = {}): TaskStatus {
  return {
    key,
    name: key.replace(/-\d+$/, ''),
    version: null,
    model: null,
    index: 0,
    state: to === null ? 'running' : 'completed',
    attempt: 1,
    progress: null,
    after: [],
    childRun: null,
    startedAt: at(from),
    finishedAt: to === null ? null : at(to),
    durationMs: to === null ? null : (to - from) * 1000,
    error: null,
    ...more,
  };
}

const runOf = (kind: RunStatus['kind'], tasks: TaskStatus[], more: Partial<RunSummary> = {}): RunStatus & RunSummary =>
  ({ requestId: 'the-run', kind, of: kind, name: kind, tasks, createdAt: at(0), startedAt: at(1), ...more }) as never;

const lanesOf = (run: RunStatus, more: Partial<LaneSource> = {}): Lane[] =>
  toLanes({ run, children: [], attempts: [], expandedIds: new Set(), loadedChildRuns: new Map(), ...more });

const inSeconds = ({ segments }: Lane) => segments.map(({ kind, from, to }) => [kind, from / 1000, to && to / 1000]);

it('toLanes shows the attempts of a task, and the delays between them', () => {
  const run = runOf('flow', [taskOf('ask-0', 10, 15, { attempt: 2 })]);
  const attempts = [{ taskKey: 'ask-0', attempt: 1, message: 'no', seconds: 2, failedAt: at(12) }];
  expect(inSeconds(lanesOf(run, { attempts })[0]!)).toEqual([
    ['failed', 10, 12],
    ['pause', 12, 14],
    ['completed', 14, 15],
  ]);
});

it('toLanes shows each attempt, although the logged delays are rounded up', () => {
  const run = runOf('flow', [taskOf('ask-0', 10, 15, { attempt: 3 })]);
  const attemptAt = (seconds: number, attempt: number) => ({
    ...{ taskKey: 'ask-0', attempt, message: 'no', seconds: 2, failedAt: at(seconds) },
  });
  expect(inSeconds(lanesOf(run, { attempts: [attemptAt(11, 1), attemptAt(12.9, 2)] })[0]!)).toEqual([
    ['failed', 10, 11],
    ['pause', 11, 12.9],
    ['failed', 12.9, 12.9],
    ['pause', 12.9, 14.9],
    ['completed', 14.9, 15],
  ]);
});

const attemptsAt = (...numbersBySecond: [seconds: number, attempt: number][]) =>
  numbersBySecond.map(([seconds, attempt]) => ({
    ...{ taskKey: 'ask-0', attempt, message: 'no', seconds: 2, failedAt: at(seconds) },
  }));

it('toLanes omits the attempts from before a flow was resumed', () => {
  const attempts = attemptsAt([9, 1], [12, 1]);
  const [lane] = lanesOf(runOf('flow', [taskOf('ask-0', 10, 15, { attempt: 2 })]), { attempts });
  expect(lane!.failedAttempts).toEqual(attempts.slice(1));
  expect(inSeconds(lane!)).toEqual([
    ['failed', 10, 12],
    ['pause', 12, 14],
    ['completed', 14, 15],
  ]);
});

it('toLanes keeps the failed attempts of a hosted task, which starts anew with each attempt, but not those from before a resumption', () => {
  const attempts = attemptsAt([5, 1], [8, 2], [12, 1]);
  const selectFrom = (task: TaskStatus) => lanesOf(runOf('hosted', [task]), { attempts })[0]!.failedAttempts;
  const [lane] = lanesOf(runOf('hosted', [taskOf('ask-0', 14, 15, { attempt: 2 })]), { attempts });
  expect(lane!.failedAttempts).toEqual(attempts.slice(2));
  expect(inSeconds(lane!)).toEqual([
    ['waiting', 0, 14],
    ['completed', 14, 15],
  ]);
  expect(selectFrom(taskOf('ask-0', 11, null, { state: 'retrying' }))).toEqual(attempts.slice(2));
  expect(selectFrom(taskOf('ask-0', 11, null, { startedAt: null, state: 'pending', attempt: 0 }))).toEqual([]);
});

it('toLanes shows the work of a retrying task whose attempts are not known', () => {
  const run = runOf('flow', [taskOf('ask-0', 10, null, { state: 'retrying' })]);
  expect(inSeconds(lanesOf(run)[0]!)).toEqual([['retrying', 10, null]]);
});

it('toLanes shows the names of modules, and how long each waited for the previous one', () => {
  const run = runOf('hosted', [
    taskOf('module_1', 2, 4, { name: 'parser' }),
    taskOf('module_2', 7, null, { name: 'ocr' }),
  ]);
  const lanes = lanesOf(run);
  expect(lanes.map(({ name }) => name)).toEqual(['parser', 'ocr']);
  expect(inSeconds(lanes[1]!)).toEqual([
    ['waiting', 4, 7],
    ['running', 7, null],
  ]);
});

it('toLanes expands the steps of a subflow, and places a run without a task by its start', () => {
  const child = runOf('flow', [taskOf('read-0', 3, 4)], { requestId: 'child', parent: 'the-run', createdAt: at(2) });
  const file = runOf('hosted', [taskOf('module_1', 6, 8)], {
    requestId: 'file',
    of: 'notes',
    subject: 'a.pdf',
    fileId: 'f',
    createdAt: at(5),
    startedAt: at(6),
    finishedAt: at(8),
    state: 'completed',
  });
  const run = runOf('flow', [taskOf('contracts-0', 3, 5, { childRun: 'child' }), taskOf('last-0', 9, 10)]);
  const children = [child, file];
  const loadedChildRuns = new Map(children.map((summary) => [summary.requestId, summary]));
  const names = (expandedIds: string[]) =>
    lanesOf(run, { children, expandedIds: new Set(expandedIds), loadedChildRuns }).map(({ id }) => id);
  expect(names([])).toEqual(['contracts-0', 'file', 'last-0']);
  expect(names(['contracts-0', 'file'])).toEqual([
    'contracts-0',
    'contracts-0/read-0',
    'file',
    'file/module_1',
    'last-0',
  ]);
  expect(findExpandedRunIds({ run, children, expandedIds: new Set(['contracts-0', 'file']) })).toEqual([
    'child',
    'file',
  ]);
  // the steps of a run are missing until it is loaded
  expect(lanesOf(run, { children, expandedIds: new Set(['file']) })).toHaveLength(3);
});

it('findDependencies returns an arrow for each dependency and each dependent of the selected step', () => {
  const run = runOf('flow', [
    taskOf('read-0', 0, 1),
    taskOf('read-1', 0, 2),
    taskOf('join-2', 2, 3, { after: ['read-0', 'read-1'] }),
    taskOf('send-3', 3, null, { after: ['join-2'] }),
  ]);
  const lanes = lanesOf(run);
  expect(findDependencies(lanes, lanes[2])).toEqual([
    { from: 1, to: 2 },
    { from: 2, to: 3 },
    { from: 0, to: 2 },
  ]);
  expect(findDependencies(lanes, undefined)).toEqual([]);
});

it('createTimeScale folds a long idle time, and maps positions back to times', () => {
  const lanes = lanesOf(runOf('flow', [taskOf('a-0', 0, 10), taskOf('b-0', 990, 1000)]));
  const scale = createTimeScale({ from: 0, to: 1_000_000 }, lanes, 0);
  expect(scale.gaps).toEqual([{ from: 10_000, to: 990_000 }]);
  const positions = [0, 10_000, 990_000, 1_000_000].map((time) => Number(scale.positionOf(time).toFixed(3)));
  expect(positions).toEqual([0, 0.485, 0.515, 1]);
  for (const time of [0, 5000, 500_000, 995_000]) expect(scale.timeAt(scale.positionOf(time))).toBeCloseTo(time, 3);
  expect(createTimeScale({ from: 0, to: 10_000 }, [], 0).positionOf(5000)).toBe(0.5);
  // a range without any work is not folded
  expect(createTimeScale({ from: 20_000, to: 30_000 }, lanes, 0).positionOf(25_000)).toBe(0.5);
});
