import { readFile } from 'node:fs/promises';
import { flow, log, progress, task } from 'millrace';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logged, ReportedRunDriver, running, taskCreated, completed } from '../support/clients/events.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const markup = '<b onclick="x()">bold</b>';

/** The part of the DOM's Element that is used here. */
interface Animated {
  getAnimations(): { readonly finished: Promise<unknown> }[];
}

describe.skipIf(browserPath === undefined)('the page of a run', () => {
  let dashboard: Dashboard;
  let v1: V1Client;
  /** The ID of a flow with a task of two attempts and a subflow. */
  let weekly: string;
  /** The ID of a failed flow. */
  let nightly: string;

  beforeAll(async () => {
    dashboard = await openDashboard();
    const { url, apiKey } = dashboard.server;
    const { client } = dashboard;
    v1 = new V1Client(url, apiKey);
    let calls = 0;
    const summarise = task(
      'summarise',
      async (text: string) => {
        log.warning(`asking for ${text}`);
        if (calls++ === 0) throw new Error('429: rate limit reached');
        return { words: 412 };
      },
      { retries: 1, retryDelay: 300 },
    );
    const read = task('read', async (name: string) => {
      progress(1, 2, 'half');
      log(`reading ${name} ${markup} \u001b[31mred`);
      return name;
    });
    const contracts = flow('contracts', async (name: string) => read(name));
    const report = { report: client };
    const run = flow('weekly-report', async (week: { week: number }) => {
      await contracts('a.pdf');
      return { week, summary: await summarise(markup) };
    })
      .with(report)
      .start({ week: 48 });
    weekly = run.id;
    await run.wait();
    const failing = flow('nightly', async () => read('b').then(() => Promise.reject(new Error(markup))))
      .with(report)
      .start();
    nightly = failing.id;
    await failing.wait();
    await client.flush();
  });
  afterAll(() => dashboard.close());

  const timeline = (page: Page) => page.getByRole('group', { name: 'Timeline' });
  const lane = (page: Page, name: string | RegExp) => timeline(page).getByRole('button', { name });
  const logOf = (page: Page) => page.getByRole('log');
  const boxOf = async (element: Locator) => (await element.boundingBox())!;

  it('has a lane for each step with its attempts, and a collapsed lane for a subflow', async () => {
    const page = await dashboard.open(`/runs/${weekly}`);
    await lane(page, /^summarise-0 ?, Completed/).click();
    const details = page.getByRole('region', { name: /summarise-0/ });
    await details.getByText('429: rate limit reached').waitFor();
    await details.getByText('Retry delay: 300 ms').waitFor();
    await details.getByRole('radio', { name: 'Output' }).click();
    await details.getByRole('region', { name: 'Output' }).getByText('words').waitFor();
    expect(await timeline(page).locator('[data-kind="failed"]').count()).toBe(1);
    expect(await timeline(page).locator('[data-kind="pause"]').count()).toBe(1);

    expect(await lane(page, /^read-0/).count()).toBe(0);
    await lane(page, 'Show the steps of contracts-0').click();
    await lane(page, /^read-0 ?, Completed/).click();
    // the URL has the selected lane and the expanded runs
    await page.reload();
    await lane(page, /^read-0 ?, Completed/).waitFor();
    expect(await lane(page, /^read-0 ?, Completed/).getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'The whole run' }).getByText('412').waitFor();
    await page.context().close();
  });

  it('shows why a run failed and what to do, with markup as text', async () => {
    const page = await dashboard.open(`/runs/${nightly}`);
    const details = page.getByRole('region', { name: 'The whole run' });
    await details.getByText(markup).first().waitFor();
    await details.getByText(/Resume retries what failed/).waitFor();
    expect(await page.locator('b[onclick]').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog', { name: 'Resume this run?' }).waitFor();
    await page.context().close();
  });

  it("selects the run's own task from its error, although an expanded child run has a task of the same key", async () => {
    const run = new ReportedRunDriver(v1, Date.now() - 60_000);
    const child = new ReportedRunDriver(v1, Date.now() - 50_000);
    await run.begin({ of: 'outer', kind: 'flow' });
    await child.begin({ of: 'inner', kind: 'flow', parent: run.id });
    await child.send(taskCreated('read-0', 0), running('read-0'), completed('read-0', 'a'));
    await child.send({ type: 'run-state', state: 'completed', result: null });
    const error = { code: 'task_failed', message: 'no such page', task: 'read-0' };
    await run.pass(20_000).send(taskCreated('read-0', 0), running('read-0'));
    await run.send({ type: 'run-state', state: 'failed', error });
    const page = await dashboard.open(`/runs/${run.id}?open=${child.id}`);
    await lane(page, /^read-0/)
      .nth(1)
      .waitFor();
    await page.getByRole('region', { name: 'The whole run' }).getByRole('button', { name: 'read-0' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('lane')).toBe('read-0');
    await page.context().close();
  });

  it('searches the log on the server, filters it by step and level, and has a URL for each line', async () => {
    const page = await dashboard.open(`/runs/${weekly}`);
    await logOf(page).getByText(`asking for ${markup}`).first().waitFor();
    const lines = logOf(page).getByRole('button', { name: /Link to line/ });
    const all = await lines.count();
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('rate limit');
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('');
    await expect.poll(() => lines.count()).toBe(all);
    await page.getByLabel('Step', { exact: true }).selectOption('summarise-0');
    await expect.poll(() => lines.count()).toBeLessThan(all);
    await page.getByLabel('Step', { exact: true }).selectOption('');
    await page.getByLabel('Level').selectOption({ label: 'Warnings and errors (3)' });
    await expect.poll(() => lines.count()).toBe(3);
    await lines.nth(1).click();
    await expect.poll(() => page.url()).toMatch(/level=warning&line=\d+/);
    await page.reload();
    await expect.poll(() => logOf(page).locator('[data-selected]').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.trim().split('\n')).toHaveLength(all);
    expect(text).toContain(`WARNING | Task run 'summarise-0' - asking for ${markup}`);
    await page.context().close();
  });

  it('shows tasks, progress and log lines as they arrive', async () => {
    const run = new ReportedRunDriver(v1, Date.now() - 60_000);
    await run.begin({ of: 'live', kind: 'flow' });
    const page = await dashboard.open(`/runs/${run.id}`);
    await page.getByText('live ·').waitFor();
    await run.send(taskCreated('clean-0', 0), running('clean-0'), logged('the first line', 'clean-0'));
    await lane(page, /^clean-0 ?, Running/).waitFor();
    await logOf(page).getByText('the first line').waitFor();
    const report = { current: 1, total: 4, percent: 25, message: 'chapter 1 of 4' };
    await run.send({ type: 'progress', key: null, attempt: 1, progress: report });
    await page.getByText('25% · chapter 1 of 4').waitFor();
    await run.pass(30_000).send(completed('clean-0', 'a'), taskCreated('join-1', 1, ['clean-0']), running('join-1'));
    await lane(page, /^join-1 ?, Running/).click();
    // from the end of the dependency to the start of the step
    const arrow = timeline(page).locator('[data-arrow="clean-0 join-1"] path').last();
    const tip = await boxOf(arrow);
    const bar = await boxOf(timeline(page).locator('[data-kind="running"]'));
    expect(Math.abs(tip.x + tip.width - bar.x)).toBeLessThan(3);
    expect(Math.abs(tip.y + tip.height / 2 - (bar.y + bar.height / 2))).toBeLessThan(3);
    await page.keyboard.press('Escape');
    await arrow.waitFor({ state: 'detached' });
    await run
      .pass(20_000)
      .send(completed('join-1', 'b'), { type: 'run-state', state: 'completed', result: { found: 7 } });
    await lane(page, /^join-1 ?, Completed/).waitFor();
    await page.getByRole('region', { name: 'The whole run' }).getByText('found').waitFor();

    // dragging over the lanes zooms in, and the zoom survives a reload
    const last = timeline(page).locator('[data-kind="completed"]').last();
    await expect.poll(async () => (await boxOf(last)).width).toBeGreaterThan(40);
    // the bar of a step that has ended slides to its end
    await last.evaluate((bar: Animated) => Promise.all(bar.getAnimations().map(({ finished }) => finished)));
    const before = await boxOf(last);
    await page.mouse.move(before.x + before.width * 0.2, before.y + 2);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width * 0.8, before.y + 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=\d+&to=\d+/);
    await expect.poll(async () => (await boxOf(last)).width).toBeGreaterThan(before.width * 1.5);
    await page.reload();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(async () => (await boxOf(last)).width).toBeCloseTo(before.width, 0);
    await page.context().close();
  });

  it.each([
    ['', false],
    [', although a request for them fails', true],
  ])('shows and counts the matching lines that were written before the stream opened%s', async (_though, isFailing) => {
    const run = new ReportedRunDriver(v1);
    const failure = (message: string) => ({ ...logged(message), level: 'error' as const });
    await run.begin({ of: 'filtered', kind: 'flow' });
    await run.send(failure('the first failure'));
    const page = await dashboard.open('/runs');
    let openStream: (() => void) | undefined;
    const isWritten = new Promise<void>((resolve) => (openStream = resolve));
    await page.route(/stream\?run=/, async (route) => {
      await isWritten;
      await route.continue();
    });
    await page.goto(`/ui/runs/${run.id}?level=error`);
    await logOf(page).getByText('the first failure').waitFor();
    for (let sent = 0; sent < 1200; sent += 300)
      await run.send(...Array.from({ length: 300 }, (_, index) => logged(`line ${sent + index}`)));
    await run.send(failure('the missed failure'));
    if (isFailing) await page.route(/logs\?.*after=/, (route) => route.fulfill({ status: 500 }), { times: 1 });
    openStream?.();
    await logOf(page).getByText('the missed failure').waitFor();
    await page.getByText('1,202 lines').waitFor();
    await run.send(failure('the last failure'));
    await logOf(page).getByText('the last failure').waitFor();
    await page.getByText('1,203 lines').waitFor();
    expect(
      await logOf(page)
        .getByRole('button', { name: /Link to line/ })
        .count(),
    ).toBe(3);
    await page.context().close();
  });

  it("groups the digits of numbers as the browser's locale does", async () => {
    const run = new ReportedRunDriver(v1);
    await run.begin({ of: 'long', kind: 'flow', input: { text: 'x'.repeat(123_456) } });
    const page = await dashboard.open(`/runs/${run.id}`, { locale: 'en-IN' });
    const details = page.getByRole('region', { name: 'The whole run' });
    await details.getByRole('radio', { name: 'Input' }).click();
    await details.getByRole('button', { name: 'Show all 1,23,456 characters' }).waitFor();
    await details.getByRole('radio', { name: 'Text' }).click();
    await details.getByRole('button', { name: /^Show all 1,23,\d{3} characters/ }).waitFor();
    await page.context().close();
  });

  it('shows the modules of a file, and a link to its output', async () => {
    const notes = dashboard.client.createPipeline('notes', ['keyword-db']);
    const { requestId, fileId } = await notes.process(Buffer.from('The mill stood by the river.'), {
      fileName: 'mill.txt',
      waitForProcess: false,
    });
    const page = await dashboard.open(`/runs/${requestId}`);
    await lane(page, /^keyword-db ?, Completed/).waitFor();
    const link = page.getByRole('region', { name: 'The whole run' }).getByRole('link', { name: 'Open the file' });
    expect(await link.getAttribute('href')).toBe(`/ui/files/${fileId}`);
    await page.getByRole('link', { name: 'file mill.txt' }).waitFor();
    await page.context().close();
  });

  it('cancels and deletes a run', async () => {
    const run = new ReportedRunDriver(v1);
    await run.begin({ of: 'to-cancel' });
    const page = await dashboard.open(`/runs/${run.id}`);
    await page.getByRole('button', { name: 'Cancel run' }).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await run.sendHeartbeat()).cancel).toBe(true);
    await run.send({ type: 'run-state', state: 'cancelled', error: { code: 'cancelled', message: 'by somebody' } });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    expect((await v1.run(run.id)).status).toBe(404);
    await page.goBack();
    await page.getByText('Run not found').waitFor();
    await page.context().close();
  });

  it('reruns a run from a step or with another input, and rejects an input that is not JSON', async () => {
    const page = await dashboard.open(`/runs/${weekly}`);
    await lane(page, /^summarise-0/).click();
    await page.getByRole('button', { name: 'Rerun from here…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rerun' });
    expect(await dialog.getByLabel('From').inputValue()).toBe('summarise-0');
    await dialog.getByLabel('From').selectOption('');
    const input = dialog.getByLabel('Input (JSON)');
    await input.fill('{ "week": ');
    await dialog.getByRole('button', { name: 'Rerun' }).click();
    await dialog.getByRole('alert').getByText('Expected the input to be JSON').waitFor();
    expect(await input.inputValue()).toBe('{ "week": ');
    await input.fill('{ "week": 49 }');
    await dialog.getByRole('button', { name: 'Rerun' }).click();
    await page.getByText(/^Rerun of/).waitFor();
    expect(page.url()).not.toContain(weekly);
    const [id = ''] = /[0-9a-f-]{36}/.exec(page.url()) ?? [];
    expect((await v1.run(id)).body).toMatchObject({ of: 'weekly-report', input: { week: 49 }, rerunOf: weekly });
    await v1.cancel(id);
    await page.context().close();
  });

  it('renders only a part of thousands of tasks and log lines', async () => {
    const run = new ReportedRunDriver(v1);
    await run.begin({ of: 'many', kind: 'flow' });
    for (let from = 0; from < 3000; from += 300) {
      const keys = Array.from({ length: 300 }, (_, index) => [`one-${from + index}`, from + index] as const);
      await run.send(
        ...keys.flatMap(([key, index]) => [taskCreated(key, index), running(key), logged(`line of ${key}`, key)]),
      );
    }
    const page = await dashboard.open(`/runs/${run.id}`);
    await logOf(page).getByText('line of one-2999').waitFor();
    await lane(page, /^one-0 ?, Running/).waitFor();
    expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(2500);
    await page.keyboard.press('k');
    await timeline(page).press('End');
    // the menu does not have so many steps, but the button of each step filters the log
    await lane(page, /^one-2999 ?, Running/).click();
    await page.getByRole('button', { name: 'Step log' }).click();
    const lines = logOf(page).getByRole('button', { name: /Link to line/ });
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByLabel('Step', { exact: true }).selectOption('');
    await logOf(page).getByText('line of one-2998').waitFor();
    // earlier lines are loaded when they are scrolled into view
    const earlier = logOf(page).getByText(/line of one-(\d{1,3}|1\d{3}|2[0-7]\d{2})$/);
    await expect
      .poll(async () => {
        // lines that are still arriving move the log back to its end
        await logOf(page).press('Home');
        return earlier.first().isVisible();
      })
      .toBe(true);
    await v1.cancel(run.id);
    await page.context().close();
  });

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('has no axe violations with the %s theme, %d pixels wide', async (colorScheme, width) => {
    const page = await dashboard.open(`/runs/${weekly}?lane=summarise-0`, {
      colorScheme,
      viewport: { width, height: 800 },
    });
    await lane(page, /^summarise-0/).waitFor();
    await logOf(page).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('shows no actions to a reader key', async () => {
    const { body } = await v1.post<{ key: string }>('/v1/keys', { name: 'reads', role: 'reader' });
    const page = await dashboard.open(`/runs/${weekly}`, { apiKey: body.key });
    await lane(page, /^summarise-0/).click();
    await page.getByRole('button', { name: 'Copy id' }).waitFor();
    expect(await page.getByRole('button', { name: /Rerun|Delete|Cancel|Resume/ }).count()).toBe(0);
    await page.context().close();
  });
});
