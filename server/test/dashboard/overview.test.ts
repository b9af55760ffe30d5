import { type Client, flow, task } from 'millrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportedRunDriver } from '../support/clients/events.js';
import { V1Client } from '../support/clients/v1-client.js';
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

  it('shows how to start when nothing has run, and the first run as soon as it starts', async () => {
    const page = await dashboard.open('/');
    await page.getByText('No runs in this time range').waitFor();
    await page.getByText('npx millrace process').waitFor();
    await flow(hostile, async (text: string) => text).with({ report: client })(hostile);
    await page.getByText('1 run in the last 24 hours').waitFor();
    await page.getByRole('heading', { level: 1, name: 'All is well.' }).waitFor();
    await page.getByRole('link', { name: /: 1 completed$/ }).click();
    await page.getByRole('row').getByText('<b>mill</b>').first().waitFor();
    expect(page.url()).toMatch(/\/ui\/runs\?since=.*&until=/);
    await page.context().close();
  });

  it('shows what fails and why, and resumes all runs with the same reason', async () => {
    const worker = await client.worker({ name: 'night-shift', serves: [nightly] });
    const runs = [];
    for (const page of [3, 7]) runs.push(await client.start(nightly, [page]));
    for (const run of runs) await expect(run.result()).rejects.toThrow('Expected page');
    const page = await dashboard.open('/');
    await page.getByRole('heading', { level: 1, name: 'The most recent run of nightly failed.' }).waitFor();
    const reasons = page.getByRole('region', { name: 'Why runs fail' });
    await reasons.getByText('Expected page 7 to be there, got status 507').waitFor();
    await page.getByRole('region', { name: 'Workers' }).getByText('night-shift').waitFor();

    fails = false;
    await reasons.getByRole('button', { name: 'Resume all: nightly' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resume these runs?' });
    await dialog.getByText('This applies to 2 of 2 runs.').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByText('Done: 2 of 2 runs').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText('100% completed').waitFor();
    await reasons.getByText('No runs failed in this time range.').waitFor();
    await worker.close();
    await page.context().close();
  });

  it('shows what waits and why', async () => {
    const run = await client.start('forgotten', []);
    const page = await dashboard.open('/?range=1h');
    const waiting = page.getByRole('region', { name: 'Running and waiting' });
    await waiting.getByText("no worker serves 'forgotten'").waitFor();
    await run.cancel();
    await waiting.getByText('Nothing is running or waiting.').waitFor();
    await page.context().close();
  });

  it('starts a pipeline or task that a worker serves, and validates its input', async () => {
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
    // it has not run, so it may be a pipeline
    expect(await dialog.getByLabel('Input').inputValue()).toBe('');
    await dialog.getByLabel('Input').fill('[21');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('Expected the input to be JSON').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByLabel('Input').fill('[21]');
    await page.route('**/v1/runs', (route) => route.abort());
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('The server is not reachable.').waitFor();
    await page.unroute('**/v1/runs');
    // an error in the page's code
    await page.route('**/v1/runs', (route) => route.fulfill({ json: null }));
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('Cannot read properties of null').waitFor();
    await page.unroute('**/v1/runs');
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
  ] as const)('has no axe violations at %s with the %s theme', async (path, colorScheme) => {
    const page = await dashboard.open(path, { colorScheme, viewport: { width: 360, height: 700 } });
    await page.getByText('nightly').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });

  it('is translated to Spanish', async () => {
    const page = await dashboard.open('/', { locale: 'es-ES' });
    await page.getByRole('heading', { level: 1, name: 'Todo va bien.' }).waitFor();
    await page.getByRole('region', { name: 'Por qué fallan' }).waitFor();
    await page.getByRole('link', { name: 'Ejecuciones más lentas de nightly' }).waitFor();
    await page.context().close();
  });

  describe('with many failed, running and slow runs', () => {
    const names = ['books', 'digest', 'import', 'invoices', 'letters', 'prices', 'report', 'search'];
    const screen = { viewport: { width: 1280, height: 800 } };

    beforeAll(async () => {
      const { url, apiKey } = dashboard.server;
      const v1 = new V1Client(url, apiKey);
      const ago = Date.now() - 1_800_000;
      for (const [index, of] of names.entries()) {
        const completed = new ReportedRunDriver(v1, ago);
        await completed.begin({ of, kind: 'task' });
        await completed.pass(1000 * (index + 1)).send({ type: 'run-state', state: 'completed', result: null });
        const failed = new ReportedRunDriver(v1, ago);
        await failed.begin({ of, kind: 'task' });
        await failed.send({ type: 'run-state', state: 'failed', error: { code: 'broken', message: of } });
        await client.start(of, []);
      }
      const old = new ReportedRunDriver(v1, ago - 2 * 86_400_000);
      await old.begin({ of: 'books', kind: 'task' });
      const error = { code: 'broken', message: 'books' };
      await old.pass(2 * 86_400_000).send({ type: 'run-state', state: 'failed', error });
      await client.start('unserved', []);
    });

    it('shows failures, running runs and durations without scrolling at 1280 × 800', async () => {
      const page = await dashboard.open('/', screen);
      const rowsOf = (name: string) => page.getByRole('region', { name }).getByRole('row');
      // including the header row
      await expect.poll(() => rowsOf('Durations').count()).toBe(7);
      expect(await rowsOf('Running and waiting').count()).toBe(8);
      await page
        .getByRole('button', { name: /^Resume all/ })
        .first()
        .waitFor();
      const failures = page.getByRole('region', { name: 'Why runs fail' }).getByRole('link', { name: /^[a-z]+$/ });
      const last = [failures.nth(3), rowsOf('Running and waiting').last(), rowsOf('Durations').last()];
      for (const shown of last) {
        const box = (await shown.boundingBox())!;
        expect(box.y + box.height).toBeLessThanOrEqual(screen.viewport.height);
      }
      await page.context().close();
    });

    it('counts, lists and resumes the same failed runs: those that were created in the time range', async () => {
      const page = await dashboard.open('/', screen);
      const reasons = page.getByRole('region', { name: 'Why runs fail' });
      await reasons.getByRole('button', { name: 'Resume all: books' }).click();
      await page.getByRole('dialog').getByText('of 1 run').waitFor();
      await page.keyboard.press('Escape');
      const group = reasons.locator('div').filter({ has: page.getByRole('button', { name: 'Resume all: books' }) });
      await group.getByRole('link', { name: '1', exact: true }).last().click();
      await page.getByText('1 run', { exact: true }).waitFor();
      await page.context().close();
    });

    it('shows the whole names of failing pipelines in two narrow columns', async () => {
      const page = await dashboard.open('/', { viewport: { width: 960, height: 800 } });
      const reasons = page.getByRole('region', { name: 'Why runs fail' });
      await reasons.getByRole('link', { name: 'invoices', exact: true }).waitFor();
      const truncated = `[...document.querySelectorAll('section:has(button) bdi > span')]
        .filter(({ clientWidth, scrollWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent)`;
      expect(await page.evaluate(truncated)).toEqual([]);
      await page.context().close();
    });

    it('links a row of durations to the slowest runs, by click and by keyboard', async () => {
      const page = await dashboard.open('/', screen);
      const row = page.getByRole('region', { name: 'Durations' }).getByRole('row').filter({ hasText: 'search' });
      const link = row.getByRole('link', { name: 'Slowest runs of search' });
      await link.waitFor();
      // neither an earlier percentile nor a change
      expect(await row.getByText('none').count()).toBe(2);
      const name = `document.querySelector('[aria-label="Slowest runs of search"] bdi')`;
      expect(await page.evaluate(`getComputedStyle(${name}).textDecorationLine`)).toBe('underline');
      await link.press('Enter');
      const slowestRuns = /\/ui\/runs\?of=search&kind=task&state=completed&since=.*&sort=-duration$/;
      await page.waitForURL(slowestRuns);
      await page.goBack();
      await row.getByText('8.0 s').click();
      await page.waitForURL(slowestRuns);
      await page.context().close();
    });

    it('shows the whole names and the actions of pipelines at 1280 × 800', async () => {
      const pipeline = client.createPipeline('search-of-contracts', [
        'json-to-txt',
        'parser',
        'text-embedder',
        'vector-db',
      ]);
      await pipeline.process(
        {
          stream: new Blob(['[{"snippet": "The rent is due.", "line_numbers": [1]}]']).stream(),
          fileName: 'lease.json',
        },
        { downloadOutput: false },
      );
      const page = await dashboard.open('/pipelines', screen);
      const row = page.getByRole('row').filter({ hasText: 'search-of-contracts' });
      const action = (await row.getByRole('link', { name: 'Process files' }).boundingBox())!;
      expect(action.x + action.width).toBeLessThanOrEqual(screen.viewport.width);
      const runsLink = row.getByRole('link', { name: 'search-of-contracts' });
      expect(await runsLink.getAttribute('href')).toBe('/ui/runs?of=search-of-contracts&kind=hosted');
      const name = `[...document.querySelectorAll('tbody a bdi')].find(({ title }) => title === 'search-of-contracts').firstElementChild`;
      expect(await page.evaluate(`${name}.scrollWidth - ${name}.clientWidth`)).toBe(0);
      await page.context().close();
    });

    it('sorts pipelines by each column of numbers, and keeps the order in the URL', async () => {
      const page = await dashboard.open('/pipelines');
      const namesInOrder = () => page.locator('tbody tr td:first-child').allInnerTexts();
      const head = page.getByRole('columnheader', { name: 'p95' });
      expect(await page.getByRole('columnheader', { name: 'Runs' }).getAttribute('aria-sort')).toBe('descending');
      await page.getByRole('button', { name: 'p95' }).press('Enter');
      await page.waitForURL(/\/ui\/pipelines\?sort=-p95$/);
      const listedNames = async () => (await namesInOrder()).filter((name) => names.includes(name));
      await expect.poll(listedNames).toEqual(names.toReversed());
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'p95' }).click();
      await page.waitForURL(/\/ui\/pipelines\?sort=p95$/);
      await page.reload();
      await expect.poll(listedNames).toEqual(names);
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      // it has no completed runs
      expect((await namesInOrder()).at(-1)).toBe('unserved');
      for (const name of ['Success', 'p50', 'Last run', 'Runs']) {
        await page.getByRole('button', { name }).click();
        await expect.poll(() => page.getByRole('columnheader', { name }).getAttribute('aria-sort')).toBe('descending');
      }
      expect(new URL(page.url()).search).toBe('');
      await page.context().close();
    });
  });
});
