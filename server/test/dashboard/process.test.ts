import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient } from '../support/clients/hosted-client.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

describe.skipIf(browserPath === undefined)('the page that processes files', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  /** Drops files with these names and contents on the page. */
  const drop = async (page: Page, files: Readonly<Record<string, string>>) => {
    const dataTransfer = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer();
      for (const [name, content] of Object.entries(${JSON.stringify(files)})) dropped.items.add(new File([content], name));
      return dropped;
    })()`);
    await page.getByRole('region', { name: 'Drop files or folders here' }).dispatchEvent('drop', { dataTransfer });
  };
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

  it('composes a chain of compatible modules, and links a dropped file to its snippets', async () => {
    const page = await dashboard.open('/process');
    const next = page.getByRole('group', { name: /^(Start with|Then)$/ });
    await next.getByRole('button', { name: 'parser' }).click();
    // keyword-db reads text, but the parser writes JSON
    await expect.poll(() => next.getByRole('button', { name: 'text-embedder' }).count()).toBe(1);
    expect(await next.getByRole('button', { name: 'keyword-db' }).count()).toBe(0);
    await page
      .getByText('parsersentence')
      .or(page.locator('summary', { hasText: 'parser' }))
      .first()
      .click();
    await page.getByLabel('Model').selectOption('fixed');
    await page.getByLabel('chunk_size').fill('12');
    await page.getByLabel('Name of the pipeline').fill('short pieces');
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.getByRole('region', { name: 'Command line' }).innerText()).toBe(
      "npx millrace process FILE --chain parser --pipeline 'short pieces' --model module_1=fixed --param module_1.chunk_size=12 --expire 86400 --keep-input",
    );

    const name = 'snow <b>early<b>.txt';
    await drop(page, { [name]: 'Snow came early. The road was closed.' });
    await row(page, name).getByRole('link', { name: 'Open the file' }).click();
    const output = page.getByRole('group', { name: 'Output', exact: true });
    await expect
      .poll(() => output.getByRole('listitem').allInnerTexts())
      .toContainEqual(expect.stringContaining('Snow came'));
    // going back restores the list and the chain
    await page.goBack();
    await expect.poll(() => row(page, name).getByText('Completed').count()).toBe(1);
    await expect.poll(() => page.getByLabel('Name of the pipeline').inputValue()).toBe('short pieces');
    // going back also restores the values of the fields, even after a reload
    for (const _ of ['back', 'reloaded']) {
      await page.locator('summary', { hasText: 'parser' }).click();
      expect(await page.getByLabel('Model').inputValue()).toBe('fixed');
      expect(await page.getByLabel('chunk_size').inputValue()).toBe('12');
      await page.reload();
    }
    await page.context().close();
  });

  it('shows the progress of an upload, cancels and retries it, and accepts a dropped folder', async () => {
    const page = await dashboard.open('/process?chain=json-to-txt&name=folders');
    const network = await page.context().newCDPSession(page);
    const limitUpload = (bytesPerSecond: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: bytesPerSecond,
      });
    await limitUpload(100_000);
    await drop(page, { 'slow.json': `[{"snippet": "a"}]${' '.repeat(3_000_000)}` });
    const slow = row(page, 'slow.json');
    const percentSent = () => slow.getByRole('progressbar').getAttribute('aria-valuenow');
    await expect.poll(async () => Number(await percentSent())).toBeGreaterThan(0);
    expect(Number(await percentSent())).toBeLessThan(100);
    await slow.getByRole('button', { name: 'Cancel slow.json' }).click();
    await slow.getByText('Cancelled').waitFor();
    await limitUpload(-1);
    await slow.getByRole('button', { name: 'Try again' }).click();
    await slow.getByText('Completed').waitFor();

    const folder = await mkdtemp(join(tmpdir(), 'millrace-folder-'));
    try {
      await mkdir(join(folder, 'inner'));
      await writeFile(join(folder, 'top.json'), '[{"snippet": "top"}]');
      await writeFile(join(folder, 'inner', 'below.json'), '[{"snippet": "below"}]');
      const zone = (await page.getByRole('region', { name: 'Drop files or folders here' }).boundingBox())!;
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        const data = { items: [], files: [folder], dragOperationsMask: 1 };
        await network.send('Input.dispatchDragEvent', { type, x: zone.x + 20, y: zone.y + 20, data });
      }
      await row(page, 'top.json').getByText('Completed').waitFor();
      await row(page, 'below.json').getByRole('link', { name: 'Open the file' }).click();
      await page.getByTitle(`Files / ${basename(folder)} / inner`).waitFor();
    } finally {
      await rm(folder, { recursive: true });
    }
    await page.goBack();
    await page.getByRole('link', { name: 'Show the batch' }).click();
    await page.getByRole('heading', { level: 1, name: basename(folder) }).waitFor();
    // the batch has ended, since it gets no more files
    await page.getByText('2 of 2 files').first().waitFor();
    await page.getByRole('main').getByText('Completed', { exact: true }).first().waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Show the runs' }).click();
    const runs = page.getByRole('table', { name: 'Runs' });
    await runs.getByText('below.json').waitFor();
    await runs.getByText('top.json').waitFor();
    // the cancelled upload and the retry
    expect(await runs.getByText('slow.json').count()).toBe(2);
    await page.context().close();
  });

  it('cancels the run that the server creates while the upload is being cancelled', async () => {
    const v1 = new V1Client(dashboard.server.url, dashboard.server.apiKey);
    const page = await dashboard.open('/process?chain=json-to-txt&name=too-late');
    const states = async () => (await v1.get<RunList>('/v1/runs?of=too-late')).body.items.map(({ state }) => state);
    let release = (): void => undefined;
    const cleared = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/krixik-core-process', async (route) => {
      const response = await route.fetch();
      await cleared;
      await route.fulfill({ response });
    });
    await drop(page, { 'late.json': '[{"snippet": "a"}]' });
    await expect.poll(states).toEqual(['pending']);
    await page.getByRole('button', { name: 'Cancel late.json' }).click();
    await page.getByRole('button', { name: 'Clear finished' }).click();
    release();
    await expect.poll(states).toEqual(['cancelled']);
    await page.context().close();
  });

  it('uses the chain of a pipeline, shows why a file was rejected or failed, and retries it', async () => {
    const { url, apiKey } = dashboard.server;
    const v1 = new V1Client(url, apiKey);
    const taken = await new HostedClient(url, apiKey).complete('letters', ['json-to-txt'], '[{"snippet": "a"}]', {
      file_name: 'taken.json',
    });
    const page = await dashboard.open('/process', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' });
    await page.getByRole('radio', { name: 'A pipeline' }).click();
    await page.getByLabel('Pipeline', { exact: true }).selectOption('letters');
    await drop(page, { 'broken.json': '[{"no": 1}]', 'taken.json': '[{"snippet": "b"}]' });
    await expect.poll(() => row(page, 'broken.json').getByText('Failed').count()).toBe(1);
    await expect.poll(() => row(page, 'taken.json').getByText('Not sent').count()).toBe(1);
    expect(await row(page, 'taken.json').innerText()).toContain('taken.json');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await axeViolations(page)).toEqual([]);

    // the batch counts both files
    const batches = async () => (await v1.get<{ items: BatchStatus[] }>('/v1/batches?of=letters')).body.items;
    await expect
      .poll(async () => (await batches()).map(({ state, counts }) => [state, counts.failed]))
      .toEqual([['completed', 2]]);

    expect((await v1.call('DELETE', `/v1/files/${taken.fileId}`)).status).toBe(204);
    await row(page, 'taken.json').getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => row(page, 'taken.json').getByText('Completed').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear finished' }).click();
    await expect.poll(() => page.getByRole('table').count()).toBe(0);
    await page.context().close();
  });

  it('sends files as a batch with the parameters of its modules, and counts an empty file once', async () => {
    const { url, apiKey } = dashboard.server;
    const v1 = new V1Client(url, apiKey);
    const page = await dashboard.open('/process?chain=classify&name=kinds');
    await page.locator('summary', { hasText: 'classify' }).click();
    await page.getByLabel('Model').selectOption('builtin-nearest-label');
    // it is required, so it has no default
    expect(await page.getByLabel(/^labels/).getAttribute('placeholder')).toBe('');
    await page.getByLabel(/^labels/).fill('["mill wheel", "bank account"]');
    await drop(page, { 'mill.txt': 'The mill wheel turns.', 'bank.txt': 'The account has money.', 'empty.txt': '' });
    await page.getByRole('link', { name: 'Show the batch' }).waitFor();
    const batches = async () => (await v1.get<{ items: BatchStatus[] }>('/v1/batches?of=kinds')).body.items;
    await expect
      .poll(async () =>
        (await batches()).map(({ state, counts: { total, completed, failed, cancelled } }) => [
          state,
          total,
          completed,
          failed + cancelled,
        ]),
      )
      .toEqual([['completed', 3, 2, 1]]);
    await page.context().close();
  });

  it('counts each rejected file of the same name', async () => {
    const { url, apiKey } = dashboard.server;
    const v1 = new V1Client(url, apiKey);
    const page = await dashboard.open('/process?chain=json-to-txt&name=twins');
    await page.route('**/krixik-core-process', (route) =>
      route.fulfill({ status: 400, json: { message: 'no twins', code: 'validation' } }),
    );
    await page.getByRole('region', { name: 'Drop files or folders here' }).waitFor();
    const dataTransfer = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer();
      for (const content of ['[1]', '[2]', '[3]']) dropped.items.add(new File([content], 'twin.json'));
      return dropped;
    })()`);
    await page.getByRole('region', { name: 'Drop files or folders here' }).dispatchEvent('drop', { dataTransfer });
    const batches = async () => (await v1.get<{ items: BatchStatus[] }>('/v1/batches?of=twins')).body.items;
    await expect
      .poll(async () => (await batches()).map(({ state, counts }) => [state, counts.failed]))
      .toEqual([['completed', 3]]);
    // the rejected files have no runs to resume
    await page.goto(`/ui/batches/${(await batches())[0]!.batchId}`);
    await page.getByText('no twins').waitFor();
    expect(await page.getByRole('button', { name: 'Retry failed files' }).count()).toBe(0);
    await page.context().close();
  });

  it('shows no data of the previous user after another signs in', async () => {
    const { url, apiKey } = dashboard.server;
    const v1 = new V1Client(url, apiKey);
    const { body: other } = await v1.post<{ key: string }>('/v1/keys', { name: 'other', role: 'admin' });
    const page = await dashboard.open('/process?chain=json-to-txt&name=private');
    const goTo = (name: string) =>
      page
        .getByRole('navigation')
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .click();
    const key = page.getByLabel('API key');
    const signInAgain = async (userKey: string, screen: string) => {
      // the tab learns from the next response that the session has ended
      await page.context().clearCookies();
      await goTo(screen);
      await key.fill(userKey);
      await key.press('Enter');
      await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    };
    const options = page.locator('summary', { hasText: 'description' });
    await options.click();
    await page.getByLabel('Description').fill('mine alone');
    await drop(page, { 'mine.json': '[{"snippet": "mine"}]' });
    await row(page, 'mine.json').getByText('Completed').waitFor();
    await goTo('Runs');
    await row(page, 'mine.json').waitFor();

    await signInAgain(apiKey, 'Workers');
    await goTo('Process');
    await row(page, 'mine.json').waitFor();
    await signInAgain(other.key, 'Pipelines');
    // without a response, the tab can show only what it has
    await page.route('**/v1/runs?*', () => undefined);
    await goTo('Runs');
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(await page.getByText('mine.json').count()).toBe(0);
    await goTo('Process');
    await options.click();
    expect(await page.getByLabel('Description').inputValue()).toBe('');
    expect(await page.getByText('mine.json').count()).toBe(0);
    await page.context().close();
  });
});
