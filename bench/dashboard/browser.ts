import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { processorTime } from '../many-files/contender.js';
import type { ServerProcess } from '../support/server-process.js';

/** Opens Chromium; `undefined` without one. `MILLRACE_CHROMIUM` is the path of another browser. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = [process.env['MILLRACE_CHROMIUM'], '/usr/bin/chromium'].find(
    (path) => path !== undefined && existsSync(path),
  );
  return executablePath === undefined ? undefined : chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Runs in the page before its own scripts. */
const observe = `window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });`;

/** A page of a new browser profile, which is signed in and has nothing in its cache. */
export async function newPage(browser: Browser, server: ServerProcess): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    baseURL: server.url,
  });
  const response = await context.request.post('/v1/session', { data: { key: server.apiKey } });
  if (!response.ok()) throw new Error(`Expected to be signed in, got ${await response.text()}`);
  const page = await context.newPage();
  await page.addInitScript(observe);
  return page;
}

const deadlineMs = 120_000;

/** The milliseconds until a condition in the page holds, looked at in each frame. */
export async function untilShown(page: Page, condition: string, begin: () => Promise<unknown>): Promise<number> {
  const from = Date.now();
  await begin();
  // by the debugger, because the content security policy refuses a script that is a text
  const at = await page.evaluate<number>(`new Promise((resolve, reject) => {
    const look = () => {
      if (${condition}) resolve(Date.now());
      else if (Date.now() > ${from + deadlineMs}) reject(new Error('It was not shown: ' + document.body.innerText));
      else requestAnimationFrame(look);
    };
    look();
  })`);
  return at - from;
}

/** What the browser and the server have used of the processors so far, in milliseconds. */
export async function processorTimes(browser: Browser, server: ServerProcess): Promise<[number, number]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const used = processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  return [used, processorTime({ processes: { server: server.pid } })];
}

/** The longest time that the page was not responsive, in milliseconds. */
export const longestTask = (page: Page): Promise<number> => page.evaluate<number>('Math.max(0, ...window.longTasks)');

/** What the page's scripts have in memory after garbage is collected, in MB. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}
