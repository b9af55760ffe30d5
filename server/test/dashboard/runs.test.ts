import { readFile } from 'node:fs/promises';
import { Client, flow, pipeline } from 'millrace';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, ReportedRunDriver } from '../support/events.js';
import { V1Client } from '../support/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const hostile = '<img src=x onerror="document.title=1">\u202Egnp';

describe.skipIf(browserPath === undefined)('the list of runs', () => {
  let dashboard: Dashboard;
  let client: Client;
  let v1: V1Client;

  beforeAll(async () => {
    dashboard = await openDashboard();
    const { url, apiKey } = dashboard.server;
    client = new Client({ apiUrl: url, apiKey });
    v1 = new V1Client(url, apiKey);
    const report = { report: client };
    const clean = pipeline<{ raw: string }>('clean').step('trim', ({ raw }) => ({ text: raw.trim() }));
    for (let index = 0; index < 3; index++) await clean.run({ raw: `=needle ${index}` }, report);
    const fails = flow('nightly', async () => Promise.reject(new Error('no "mill" at db.internal:5432')));
    await expect(fails.with(report)()).rejects.toThrow();
    await flow(hostile, async (text: string) => text).with(report)(hostile);
  });
  afterAll(async () => {
    await client.close();
    await dashboard.close();
  });

  /** The rows, without the head. */
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

  it('has every filter and the order in the address, and in the way back', async () => {
    const page = await dashboard.open('/runs');
    await expectRows(page, 5);
    await page.getByLabel('State').selectOption('failed,crashed');
    await expectRows(page, 1);
    await page.getByLabel('State').selectOption('');
    await page.keyboard.press('/');
    await page.getByRole('searchbox').fill('needle');
    await expectRows(page, 3);
    await page.getByLabel('Kind').selectOption('flow');
    await page.getByText('No run matches these filters').waitFor();
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

  it('changes rows in place, and keeps new ones back until they are asked for', async () => {
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

  it('is used by the keyboard alone', async () => {
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

  it('deletes what the filters select, after it has said what it cannot, and says how far it is', async () => {
    for (let index = 0; index < 3; index++) {
      const run = await start('old');
      await run.send({ type: 'run-state', state: 'completed', result: null });
    }
    const open = await start('old');
    const page = await dashboard.open('/runs?of=old');
    await expectRows(page, 4);
    await rowsOf(page).first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Select everything that the filters select' }).click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Cancel runs' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel these runs?' });
    await dialog.getByText('It concerns 1 of 4 runs.').waitFor();
    await dialog.getByText(/^3: /).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel runs' }).click();
    await dialog.getByText('Done: 1 of 4 runs').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    // the program notices it with its next request
    expect((await open.alive()).cancel).toBe(true);
    await open.send({ type: 'run-state', state: 'cancelled', error: { code: 'cancelled', message: 'Cancelled' } });
    await rowsOf(page).getByText('Cancelled').waitFor();

    await page.getByRole('checkbox', { name: 'Select all loaded rows' }).check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    const sure = page.getByRole('dialog', { name: 'Delete these runs?' });
    await sure.getByText('It concerns 4 of 4 runs.').waitFor();
    await sure.getByRole('button', { name: 'Delete' }).click();
    await sure.getByText('Done: 4 of 4 runs').waitFor();
    await sure.getByRole('button', { name: 'Close' }).click();
    await page.getByText('No run matches these filters').waitFor();
    await page.context().close();
  });

  it.each(['CSV', 'JSON'] as const)('saves everything that the filters select as %s', async (format) => {
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

  it.each(['light', 'dark'] as const)('has nothing that axe finds, in %s', async (colorScheme) => {
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
