import { type Client, flow, task } from 'millrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const hostile = '<b>mill</b>\u202Egnp';

describe.skipIf(browserPath === undefined)('the overview, and the pipelines and flows', () => {
  let dashboard: Dashboard;
  let client: Client;
  let fails = true;
  const nightly = flow('nightly', async (page: number) => {
    if (fails) throw new Error(`Expected page ${page} to be there, got status 50${page}`);
    return page;
  });

  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ client } = dashboard);
  });
  afterAll(() => dashboard.close());

  it('says at first what to run, and shows the first run at once', async () => {
    const page = await dashboard.open('/');
    await page.getByText('Nothing has run yet.').waitFor();
    await page.getByText('npx millrace process').waitFor();
    await flow(hostile, async (text: string) => text).with({ report: client })(hostile);
    await page.getByText('1 run in 24 hours').waitFor();
    await page.getByRole('heading', { level: 1, name: 'All is well.' }).waitFor();
    await page.getByRole('link', { name: /: 1 completed$/ }).click();
    await page.getByRole('row').getByText('<b>mill</b>').first().waitFor();
    expect(page.url()).toMatch(/\/ui\/runs\?since=.*&until=/);
    await page.context().close();
  });

  it('says what fails and why, and resumes all of that reason', async () => {
    const worker = await client.worker({ name: 'night-shift', serves: [nightly] });
    const runs = [];
    for (const page of [3, 7]) runs.push(await client.start(nightly, [page]));
    for (const run of runs) await expect(run.result()).rejects.toThrow('Expected page');
    const page = await dashboard.open('/');
    await page.getByRole('heading', { level: 1, name: 'The last run of nightly failed.' }).waitFor();
    const why = page.getByRole('region', { name: 'Why runs fail' });
    await why.getByText('Expected page 7 to be there, got status 507').waitFor();
    await page.getByRole('region', { name: 'Workers' }).getByText('night-shift').waitFor();

    fails = false;
    await why.getByRole('button', { name: 'Resume all: nightly' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resume these runs?' });
    await dialog.getByText('It concerns 2 of 2 runs.').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByText('Done: 2 of 2 runs').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText('100% completed').waitFor();
    await why.getByText('No run failed in this time.').waitFor();
    await worker.close();
    await page.context().close();
  });

  it('says what waits and for whom', async () => {
    const run = await client.start('forgotten', []);
    const page = await dashboard.open('/?range=1h');
    const waiting = page.getByRole('region', { name: 'Running and waiting' });
    await waiting.getByText("no worker serves 'forgotten'").waitFor();
    await run.cancel();
    await waiting.getByText('Nothing runs or waits.').waitFor();
    await page.context().close();
  });

  it('starts what a worker serves, with an input that is checked', async () => {
    const double = task('double', async (n: number) => 2 * n);
    const worker = await client.worker({ name: 'day-shift', serves: [double] });
    const page = await dashboard.open('/pipelines');
    await page
      .getByRole('row', { name: /^nightly/ })
      .getByText('100%')
      .waitFor();
    await page
      .getByRole('row', { name: /^double/ })
      .getByRole('button', { name: 'Start double' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Start double' });
    await dialog.getByLabel('Input').fill('[21');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('This is not JSON').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByLabel('Input').fill('[21]');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(/\/ui\/runs\/[0-9a-f-]{36}/);
    await page.getByText('Completed').first().waitFor();
    const { items } = await client.runs.list({ of: 'double' });
    expect((await client.runs.get(items[0]!.requestId)).result).toBe(42);
    await worker.close();
    await page.context().close();
  });

  it.each([
    ['/', 'light'],
    ['/', 'dark'],
    ['/pipelines', 'light'],
    ['/pipelines', 'dark'],
  ] as const)('has nothing at %s that axe finds, in %s', async (path, colorScheme) => {
    const page = await dashboard.open(path, { colorScheme, viewport: { width: 360, height: 700 } });
    await page.getByText('nightly').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });

  it('speaks Spanish', async () => {
    const page = await dashboard.open('/', { locale: 'es-ES' });
    await page.getByRole('heading', { level: 1, name: 'Todo va bien.' }).waitFor();
    await page.getByRole('region', { name: 'Por qué fallan' }).waitFor();
    await page.context().close();
  });
});
