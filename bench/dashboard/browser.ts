import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { readCpuTime } from '../many-files/contender.js';
import type { ServerProcess } from '../support/server-process.js';

/** Launches the browser at `MILLRACE_CHROMIUM`, or the installed Chromium. @returns The browser, or `undefined` if it is not installed. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = [process.env['MILLRACE_CHROMIUM'], '/usr/bin/chromium'].find(
    (path) => path !== undefined && existsSync(path),
  );
  return executablePath === undefined ? undefined : chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Records long tasks. Runs in the page before the page's own scripts. */
const observeLongTasks = `window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });`;

/** Opens a page in a new browser profile that is signed in and has an empty cache. */
export async function newPage(browser: Browser, server: ServerProcess): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    baseURL: server.url,
  });
  const response = await context.request.post('/v1/session', { data: { key: server.apiKey } });
  if (!response.ok()) throw new Error(`Expected to be signed in, got ${await response.text()}`);
  const page = await context.newPage();
  await page.addInitScript(observeLongTasks);
  return page;
}

/** How long to wait for a condition, in milliseconds. */
const timeoutMs = 120_000;

/** Calls `begin`, and measures the milliseconds until a condition holds in the page. Checks the condition in every animation frame. */
export async function measureTimeUntil(page: Page, condition: string, begin: () => Promise<unknown>): Promise<number> {
  const from = Date.now();
  await begin();
  // evaluate the script through the debugger, because the content security policy blocks `eval`
  const at = await page.evaluate<number>(`new Promise((resolve, reject) => {
    const check = () => {
      if (${condition}) resolve(Date.now());
      else if (Date.now() > ${from + timeoutMs}) reject(new Error('Expected the condition to hold within ${timeoutMs} ms, got this page: ' + document.body.innerText));
      else requestAnimationFrame(check);
    };
    check();
  })`);
  return at - from;
}

/** Returns the CPU time that the browser and the server have used so far, in milliseconds. */
export async function readCpuTimes(browser: Browser, server: ServerProcess): Promise<[number, number]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const used = processInfo.reduce((sum, info) => sum + info.cpuTime * 1000, 0);
  return [used, readCpuTime({ processes: { server: server.pid } })];
}

/** Returns the duration of the page's longest task, in milliseconds. */
export const readLongestTask = (page: Page): Promise<number> =>
  page.evaluate<number>('Math.max(0, ...window.longTasks)');

/** Returns the size of the page's JavaScript heap after a garbage collection, in MB. */
export async function measureHeapSize(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}
