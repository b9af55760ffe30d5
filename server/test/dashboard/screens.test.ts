import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, logged, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const long = 'a-name-that-is-much-longer-than-anybody-would-choose-and-has-no-place-to-break-it';

/** A window of 1280 by 800 pixels at a zoom of 200%. */
const zoomed = { width: 640, height: 400 };

describe.skipIf(browserPath === undefined)('every screen', () => {
  let dashboard: Dashboard;
  /** The paths of the screens that show a single run, step or file. */
  let paths: Readonly<Record<string, string>>;
  let page: Page;
  let requests: ReturnType<typeof watchRequests>;

  beforeAll(async () => {
    // no program sends heartbeats here, and a run or worker that is marked as crashed would cause requests
    dashboard = await openDashboard({ workerOfflineSeconds: 3600, workerCrashSeconds: 7200 });
    const { url, apiKey } = dashboard.server;
    const v1 = new V1Client(url, apiKey);
    const failed = new ReportedRunDriver(v1, Date.now() - 60_000);
    await failed.begin({ of: long, kind: 'flow', name: long });
    await failed.send(
      taskCreated(`${long}-0`, 0),
      running(`${long}-0`),
      logged(`${long} ${long}`, `${long}-0`),
      completed(`${long}-0`, { [long]: long }),
      { type: 'run-state', state: 'failed', error: { code: 'broken', message: `${long} ${long}` } },
    );
    const open = new ReportedRunDriver(v1, Date.now());
    await open.begin({ of: 'open', kind: 'flow' });
    await v1.post('/v1/workers', { name: long.slice(0, 60), version: '1', pipelines: [{ name: long, steps: [] }] });
    await v1.post('/v1/webhooks', { url: `https://example.com/${long}` });
    await v1.post('/v1/keys', { name: long.slice(0, 60), role: 'reader' });
    const { fileId } = await new HostedClient(url, apiKey).complete(
      'letters',
      ['json-to-txt'],
      `[{"snippet": "${long} ${long}"}]`,
      { file_name: `${long}.json` },
    );
    paths = { run: `/runs/${failed.id}`, step: `/runs/${failed.id}?lane=${long}-0`, file: `/files/${fileId}` };
    page = await dashboard.open('/nowhere', { viewport: zoomed, deviceScaleFactor: 2 });
    requests = watchRequests(page);
    await page.clock.install();
    await page.reload();
  });
  afterAll(() => dashboard.close());

  const topLevelScreens = ['', 'runs', 'process', 'pipelines', 'workers', 'modules', 'webhooks', 'keys'];
  it.each(['run', 'step', 'file', ...topLevelScreens])(
    'fits a zoom of 200% and a width of 360 pixels, and sends no requests while idle: %s',
    async (screen) => {
      await page.evaluate(`history.pushState(null, '', ${JSON.stringify(`/ui${paths[screen] ?? `/${screen}`}`)})`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await requests.recordWhileIdle()).toEqual([]);

      expect(await page.evaluate(findOutside)).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate(findOutside), '360 pixels wide').toEqual([]);
      await page.setViewportSize(zoomed);
    },
  );
});

/** Records the requests of a page, except for the stream and the dashboard's code. */
function watchRequests(page: Page) {
  const urls: string[] = [];
  const open = new Set<Request>();
  let all = 0;
  let streams = 0;
  const isStream = (request: Request) => request.url().includes('/v1/stream');
  page.on('request', (request) => {
    open.add(request);
    all += 1;
    if (isStream(request)) streams += 1;
    else if (!request.url().includes('/ui/')) urls.push(request.url());
  });
  // a stream does not end, so it counts as finished when its response begins
  page.on('response', (response) => isStream(response.request()) && open.delete(response.request()));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  const waitUntilSettled = async () => {
    for (let before = -1; open.size > 0 || all > before;) {
      before = all;
      await sleep(500);
    }
  };
  const advanceHalfAMinute = async (): Promise<string[]> => {
    for (;;) {
      await waitUntilSettled();
      urls.length = 0;
      const before = streams;
      await page.clock.runFor(30_000);
      await sleep(200);
      // the fake clock may make the stream time out: it is opened again, and the data is loaded again
      if (streams === before) return [...urls];
    }
  };
  return {
    /** Returns the requests in half a minute. Tries again, since a slow machine may send a screen's first requests late. */
    recordWhileIdle: async (): Promise<string[]> => {
      let idleRequests = await advanceHalfAMinute();
      for (let attempts = 2; attempts > 0 && idleRequests.length > 0; attempts -= 1)
        idleRequests = await advanceHalfAMinute();
      return idleRequests;
    },
  };
}

/** Runs in the page: returns the controls outside the window that are not inside a scrollable element. */
const findOutside = `(() => {
  const width = innerWidth;
  const scrolls = (element) =>
    element !== null &&
    ((/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth) ||
      scrolls(element.parentElement));
  const page = document.documentElement.scrollWidth;
  if (page > width) return ['the page: ' + page];
  return [...document.querySelectorAll('a, button, input, select, textarea, h1, summary')]
    .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden'))
    .filter((element) => {
      const { left, right, width: own } = element.getBoundingClientRect();
      // the skip link is off-screen until it has the focus
      return own > 0 && right > 0 && (left < 0 || right > width + 1) && !scrolls(element.parentElement);
    })
    .map((element) => element.outerHTML.slice(0, 120));
})()`;
