import { readFile } from 'node:fs/promises';
import { type Client, flow, pipeline } from 'millrace';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, ReportedRunDriver } from '../support/clients/events.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const hostile = '<img src=x onerror="document.title=1">\u202Egnp';

describe.skipIf(browserPath === undefined)('the list of runs', () => {
  let dashboard: Dashboard;
  let client: Client;
  let v1: V1Client;

  beforeAll(async () => {
    dashboard = await openDashboard();
    const { url, apiKey } = dashboard.server;
    ({ client } = dashboard);
    v1 = new V1Client(url, apiKey);
    const report = { report: client };
    const clean = pipeline<{ raw: string }>('clean').step('trim', ({ raw }) => ({ text: raw.trim() }));
    for (let index = 0; index < 3; index++) await clean.run({ raw: `=needle ${index}` }, report);
    const fails = flow('nightly', async () => Promise.reject(new Error('no "mill" at db.internal:5432')));
    await expect(fails.with(report)()).rejects.toThrow();
    await flow(hostile, async (text: string) => text).with(report)(hostile);
  });
  afterAll(() => dashboard.close());

  /** Returns the rows without the header row. */
  const rowsOf = (page: Page) =>
    page
      .getByRole('table', { name: 'Runs' })
      .getByRole('row')
      .filter({ has: page.getByRole('cell') });
  const expectRows = (page: Page, amount: number) => expect.poll(() => rowsOf(page).count()).toBe(amount);
  const start = async (of: string) => {
    const run = new ReportedRunDriver(v1);
    await run.send(created({ of, name: `${of}-run` }), { type: 'run-state', state: 'running' });
    return run;
  };

  it('shows hostile names as text', async () => {
    const page = await dashboard.open('/runs');
    await expectRows(page, 5);
    await rowsOf(page).filter({ hasText: '<img src=x' }).filter({ hasText: '⟨202E⟩gnp' }).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Runs · Millrace');
    await page.getByText('5 runs', { exact: true }).waitFor();
    await page.context().close();
  });

  it('keeps every filter and the order in the URL, and restores them on going back', async () => {
    const page = await dashboard.open('/runs');
    await expectRows(page, 5);
    await page.getByLabel('State').selectOption('failed,crashed');
    await expectRows(page, 1);
    // a list of failures has a column with the error
    await rowsOf(page).getByText('no "mill" at db.internal:5432').waitFor();
    await page.getByLabel('State').selectOption('');
    await page.getByRole('columnheader', { name: 'Error' }).waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill('needle');
    await expectRows(page, 3);
    await page.getByLabel('Kind', { exact: true }).selectOption('flow');
    await page.getByText('No runs match these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectRows(page, 5);
    await page.getByLabel('Pipeline or flow').selectOption('clean');
    await page.getByRole('button', { name: 'Duration' }).click();
    await expect.poll(() => page.url()).toMatch(/of=clean&sort=-duration$/);
    await expectRows(page, 3);
    await rowsOf(page).first().getByRole('link').first().click();
    await page.getByText('Timeline').waitFor();
    await page.goBack();
    await expectRows(page, 3);
    await page.reload();
    await expectRows(page, 3);
    expect(await page.getByRole('columnheader', { name: 'Duration' }).getAttribute('aria-sort')).toBe('descending');
    expect(await page.getByLabel('Pipeline or flow').inputValue()).toBe('clean');
    await page.context().close();
  });

  it('keeps the chosen columns in the URL', async () => {
    const page = await dashboard.open('/runs?columns=state,name,id');
    const heads = () => page.getByRole('columnheader').allInnerTexts();
    await expect.poll(heads).toEqual(['', 'State', 'Name', 'Id']);
    await page.getByRole('button', { name: 'Columns' }).click();
    const dialog = page.getByRole('dialog', { name: 'Columns' });
    await dialog.getByLabel('Name').uncheck();
    await dialog.getByLabel('Error').check();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await rowsOf(page).getByText('no "mill" at').waitFor();
    await page.reload();
    await expect.poll(heads).toEqual(['', 'State', 'Error', 'Id']);
    await page.getByRole('button', { name: 'Columns' }).click();
    await dialog.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(heads).toContain('Pipeline or flow');
    await page.context().close();
  });

  it('updates rows in place, and holds new ones back until the user shows them', async () => {
    const run = await start('live');
    const page = await dashboard.open('/runs');
    const row = rowsOf(page).filter({ hasText: 'live-run' });
    await row.getByText('Running').waitFor();
    await page.getByText('live ·').waitFor();
    await run.send({ type: 'run-state', state: 'completed', result: null });
    await row.getByText('Completed').waitFor();

    const before = await rowsOf(page).count();
    const other = await start('later');
    const pill = page.getByRole('button', { name: '1 new run' });
    await pill.waitFor();
    expect(await rowsOf(page).count()).toBe(before);
    await pill.click();
    await rowsOf(page).filter({ hasText: 'later-run' }).waitFor();
    await pill.waitFor({ state: 'detached' });
    await v1.cancel(other.id);
    await v1.delete(run.id);
    await row.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('is usable with the keyboard alone', async () => {
    const page = await dashboard.open('/runs?of=clean');
    await expectRows(page, 3);
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('2 runs selected').waitFor();
    await page.keyboard.press('k');
    const name = (await rowsOf(page).first().getByRole('link').first().textContent()) ?? '';
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();
    await page.context().close();
  });

  it('keeps the selection when the order or the chart changes, and clears it when the filter changes', async () => {
    const page = await dashboard.open('/runs?of=clean');
    await expectRows(page, 3);
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Duration' }).click();
    await expect.poll(() => page.url()).toMatch(/sort=-duration$/);
    await page.getByRole('button', { name: 'Chart' }).click();
    await expect.poll(() => page.url()).toMatch(/chart=0$/);
    await page.getByText('2 runs selected').waitFor();
    expect(await rowsOf(page).getByRole('checkbox', { checked: true }).count()).toBe(2);
    const range = page.getByLabel('Time', { exact: true });
    await range.selectOption('1h');
    await page.getByText('2 runs selected').waitFor({ state: 'detached' });
    await range.selectOption('');
    await expectRows(page, 3);
    expect(await page.getByText('2 runs selected').count()).toBe(0);
    await page.context().close();
  });

  it('cancels and deletes all matching runs, and first shows how many it applies to', async () => {
    for (let index = 0; index < 3; index++) {
      const run = await start('old');
      await run.send({ type: 'run-state', state: 'completed', result: null });
    }
    const open = await start('old');
    const page = await dashboard.open('/runs?of=old');
    await expectRows(page, 4);
    await rowsOf(page).first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Select all matching runs' }).click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Cancel runs' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel these runs?' });
    await dialog.getByText('This applies to 1 of 4 runs.').waitFor();
    await dialog.getByText(/^3: /).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel runs' }).click();
    await dialog.getByText('Done: 1 of 4 runs').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    // the response to the program's next heartbeat has the cancellation
    expect((await open.sendHeartbeat()).cancel).toBe(true);
    await open.send({ type: 'run-state', state: 'cancelled', error: { code: 'cancelled', message: 'Cancelled' } });
    await rowsOf(page).getByText('Cancelled').waitFor();

    await page.getByRole('checkbox', { name: 'Select all loaded rows' }).check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    const confirmation = page.getByRole('dialog', { name: 'Delete these runs?' });
    await confirmation.getByText('This applies to 4 of 4 runs.').waitFor();
    await confirmation.getByRole('button', { name: 'Delete' }).click();
    await confirmation.getByText('Done: 4 of 4 runs').waitFor();
    await confirmation.getByRole('button', { name: 'Close' }).click();
    await page.getByText('No runs match these filters').waitFor();
    await page.context().close();
  });

  it('reruns many runs from a suggested step, and shows how many runs have the step', async () => {
    const tidy = pipeline<{ raw: string }>('tidy')
      .step('trim', ({ raw }) => ({ text: raw.trim() }))
      .step('count', ({ text }) => ({ size: text.length }));
    const earlier: string[] = [];
    for (const raw of [' a ', ' b ']) {
      const run = tidy.start({ raw }, { report: client });
      await run.result();
      earlier.push(run.id);
    }
    await client.flush();
    const page = await dashboard.open('/runs?of=tidy');
    await expectRows(page, 2);
    await page.getByRole('checkbox', { name: 'Select all loaded rows' }).check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Rerun' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rerun these runs?' });
    await dialog.getByText('This applies to 2 of 2 runs.').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const steps = dialog.locator('datalist option');
    await expect.poll(() => steps.count()).toBe(2);
    const count = (await steps.nth(1).getAttribute('value'))!;
    const field = dialog.getByLabel('From the step');
    await field.fill('no such step');
    await dialog.getByText('This applies to 0 of 2 runs.').waitFor();
    await field.fill('');
    await dialog.getByText('This applies to 2 of 2 runs.').waitFor();
    // the preview is still that of a rerun from the start, and the click comes before any timer or response
    const wasDisabled = await page.evaluate<boolean>(`(async () => {
      const field = document.querySelector('dialog input[list]');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(count)});
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await undefined;
      const rerun = [...document.querySelectorAll('dialog button')].find(({ textContent }) => textContent === 'Rerun');
      rerun.click();
      return rerun.disabled;
    })()`);
    expect(wasDisabled).toBe(true);
    await dialog.getByText('This applies to 2 of 2 runs.').waitFor();
    await dialog.getByRole('button', { name: 'Rerun' }).click();
    await dialog.getByText('Done: 2 of 2 runs').waitFor();
    const { items } = (await v1.runs('?of=tidy&state=pending')).body;
    expect(items.map(({ rerunOf }) => rerunOf).sort()).toEqual(earlier.sort());
    // the step before the chosen one is recorded as completed
    expect(items.map(({ taskCounts }) => taskCounts.completed)).toEqual([1, 1]);
    await page.context().close();
  });

  it.each(['CSV', 'JSON'] as const)('downloads all matching runs as %s', async (format) => {
    const page = await dashboard.open('/runs?of=clean');
    await expectRows(page, 3);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Download all as ${format}` }).click(),
    ]);
    const content = await readFile(await download.path(), 'utf8');
    if (format === 'JSON') {
      expect((JSON.parse(content) as { of: string }[]).map(({ of }) => of)).toEqual(['clean', 'clean', 'clean']);
    } else {
      const [head, ...lines] = content.trim().split('\r\n');
      expect(head).toMatch(/^requestId,name,kind,of,/);
      expect(lines).toHaveLength(3);
    }
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('has no axe violations with the %s theme', async (colorScheme) => {
    const page = await dashboard.open('/runs', { colorScheme });
    await rowsOf(page).first().getByRole('checkbox').check();
    await page.getByRole('img', { name: 'Duration over time' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('is usable at a width of 360 pixels', async () => {
    const page = await dashboard.open('/runs', { viewport: { width: 360, height: 700 } });
    await rowsOf(page).first().getByRole('link').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });
});
