import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { measureHeapSize, readLongestTask, newPage, openBrowser, readCpuTimes, measureTimeUntil } from './browser.js';
import { fillRuns, measureRunLists } from './run-lists.js';
import { ReportedRun, sendEvents } from './send-events.js';
import { median, percentile, show } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory, type ServerProcess } from '../support/server-process.js';

const runCount = 10_000;
const taskCount = 10_000;
const lineCount = 100_000;
const changeCount = 50;
const coldLoadCount = 5;

/** Measures the dashboard in Chromium with a server that has many runs, a long run and a long log. */
export function dashboard(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const browser = await openBrowser();
    if (browser === undefined) return [{ what: 'the dashboard', measured: 'did not run: Chromium is not installed' }];
    const server = await startServerProcess(join(directory, 'data'));
    try {
      await fillRuns(server, runCount);
      return [
        ...measureSizes(),
        ...(await measureRunLists(server, runCount, 50)),
        await measureFirstLoad(browser, server),
        await measureChangeDelay(browser, server),
        ...(await measureLongRun(browser, server)),
        ...(await measureLongLog(browser, server)),
      ];
    } finally {
      await browser.close();
      await server.stop();
    }
  });
}

const buildUrl = new URL('../../server/dist/dashboard/', import.meta.url);

function measureSizes(): Result[] {
  const compressed = (name: string) => gzipSync(readFileSync(new URL(name, buildUrl))).length / 1000;
  const sum = (names: readonly string[]) => names.map(compressed).reduce((total, size) => total + size, 0);
  const page = readFileSync(new URL('index.html', buildUrl), 'utf8');
  const firstAssets = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1] as string);
  const all = readdirSync(buildUrl, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  const firstLoad = sum(['index.html', ...firstAssets]);
  return [
    {
      what: 'dashboard: assets that a browser loads before the first page, compressed',
      measured: `${show(firstLoad)} kB`,
      goal: '< 150 kB',
      isMet: firstLoad < 150,
    },
    { what: 'dashboard: all assets in the server package, compressed', measured: `${show(sum(all))} kB` },
  ];
}

async function measureFirstLoad(browser: Browser, server: ServerProcess): Promise<Result> {
  const samples: number[] = [];
  const used: string[] = [];
  for (let n = 0; n < coldLoadCount; n++) {
    const page = await newPage(browser, server);
    const before = await readCpuTimes(browser, server);
    const isFilled = `document.body && ['Why runs fail', 'Durations', 'Runs'].every((title) => document.body.textContent.includes(title))
      && document.body.textContent.includes('ECONNREFUSED')`;
    samples.push(await measureTimeUntil(page, isFilled, () => page.goto('/ui/?range=30d', { waitUntil: 'commit' })));
    used.push(showUsed(before, await readCpuTimes(browser, server)));
    await page.context().close();
  }
  return {
    what: `dashboard: cold start to the filled overview of ${runCount.toLocaleString('en')} runs, median of ${coldLoadCount}`,
    measured: `${show(median(samples))} ms; the last load took ${used.at(-1)}`,
    goal: '< 1 s',
    isMet: median(samples) < 1000,
  };
}

/** Describes the CPU time between two measurements. Unlike wall time, CPU time hardly depends on the other load on the machine. */
function showUsed(before: readonly [number, number], after: readonly [number, number]): string {
  return `${show(after[0] - before[0])} ms of CPU time in the browser, ${show(after[1] - before[1])} ms in the server`;
}

/** Measures the time from a progress report until the list of runs shows the progress. */
async function measureChangeDelay(browser: Browser, server: ServerProcess): Promise<Result> {
  const run = new ReportedRun('live');
  await sendEvents(server, run.events());
  const page = await newPage(browser, server);
  await measureTimeUntil(page, `document.querySelector('a[href$="${run.id}"]')`, () => page.goto('/ui/runs'));
  await sleep(2000);
  const samples: number[] = [];
  for (let current = 1; current <= changeCount; current++) {
    const progress = { current, total: 100, percent: current };
    const events = run.events({ type: 'progress', key: null, attempt: 1, progress });
    const isShown = `document.querySelector('main').textContent.includes('${current}\\u00a0%')`;
    samples.push(await measureTimeUntil(page, isShown, () => sendEvents(server, events)));
    // vary the delay, so that the reports arrive at different points of the server's interval between changes
    await sleep(200 + ((current * 73) % 300));
  }
  await page.context().close();
  return {
    what: 'dashboard: from a report to its change on the screen, p50 / p95',
    measured: `${show(median(samples))} / ${show(percentile(samples, 0.95))} ms`,
    goal: 'p95 ≤ 500 ms',
    isMet: percentile(samples, 0.95) <= 500,
  };
}

async function measureLongRun(browser: Browser, server: ServerProcess): Promise<Result[]> {
  const run = new ReportedRun('import');
  const taskEvents = Array.from({ length: taskCount }, (_, index) => {
    const key = `row-${index}`;
    return [
      { type: 'task-created', key, name: 'row', version: null, index, after: [] },
      { type: 'task-state', key, state: 'running', attempt: 1 },
      ...(index < taskCount - 20 ? [{ type: 'task-state', key, state: 'completed', attempt: 1, output: index }] : []),
    ] as Parameters<typeof run.events>;
  });
  await sendEvents(server, run.events(...taskEvents.flat()));
  const page = await newPage(browser, server);
  const before = await readCpuTimes(browser, server);
  const timelineButton = `document.querySelector('[role=group][aria-label=Timeline] button')`;
  const openMs = await measureTimeUntil(page, timelineButton, () =>
    page.goto(`/ui/runs/${run.id}`, { waitUntil: 'commit' }),
  );
  const used = showUsed(before, await readCpuTimes(browser, server));
  await sleep(2000);
  const samples: number[] = [];
  for (let n = 0; n < 10; n++) {
    const message = `line ${n} of the long run`;
    const events = run.events(
      { type: 'task-state', key: `row-${taskCount - 20 + n}`, state: 'completed', attempt: 1, output: n },
      { type: 'log', level: 'info', message, task: null },
    );
    const isShown = `document.querySelector('[role=log]')?.textContent.includes('${message}')`;
    samples.push(await measureTimeUntil(page, isShown, () => sendEvents(server, events)));
    await sleep(300);
  }
  const heap = await measureHeapSize(page);
  const longest = await readLongestTask(page);
  await page.context().close();
  const subject = `dashboard: a run of ${taskCount.toLocaleString('en')} tasks`;
  return [
    {
      what: `${subject}, until its timeline is shown`,
      measured: `${show(openMs)} ms, ${used}`,
      goal: '< 1.5 s',
      isMet: openMs < 1500,
    },
    {
      what: `${subject}, longest task`,
      measured: `${show(longest)} ms`,
      goal: '< 200 ms',
      isMet: longest < 200,
    },
    { what: `${subject}, JavaScript heap`, measured: `${show(heap)} MB`, goal: '< 200 MB', isMet: heap < 200 },
    {
      what: `${subject}, from a report to its line on the screen, median / slowest of 10`,
      measured: `${show(median(samples))} / ${show(Math.max(...samples))} ms`,
    },
  ];
}

async function measureLongLog(browser: Browser, server: ServerProcess): Promise<Result[]> {
  const run = new ReportedRun('chatty');
  const logEvents = Array.from({ length: lineCount - 1 }, (_, n) => {
    const message = n === 31_415 ? 'the needle' : `read invoice ${n} of the supplier ${n % 97}`;
    return { type: 'log', level: 'info', message, task: null } as const;
  });
  await sendEvents(server, run.events(...logEvents));
  const page = await newPage(browser, server);
  const showsText = (text: string) => `document.querySelector('[role=log]')?.textContent.includes('${text}')`;
  const openPage = () => page.goto(`/ui/runs/${run.id}`, { waitUntil: 'commit' });
  const openMs = await measureTimeUntil(page, showsText(`read invoice ${lineCount - 2} `), openPage);
  const rows = await page.evaluate<number>(`document.querySelectorAll('[role=log] [data-index]').length`);
  const field = page.getByRole('searchbox', { name: 'Search the log' });
  const searchMs = await measureTimeUntil(page, showsText('the needle'), () => field.fill('the needle'));
  await page.context().close();
  const subject = `dashboard: a log of ${lineCount.toLocaleString('en')} lines`;
  return [
    { what: `${subject}, until its end is shown`, measured: `${show(openMs)} ms`, goal: '< 1 s', isMet: openMs < 1000 },
    {
      what: `${subject}, until a search shows the matching line`,
      measured: `${show(searchMs)} ms`,
      goal: '< 1 s',
      isMet: searchMs < 1000,
    },
    { what: `${subject}, rows in the DOM`, measured: `${rows}`, goal: '< 300', isMet: rows < 300 },
  ];
}
