import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient } from '../support/hosted-client.js';
import { V1Client } from '../support/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

describe.skipIf(browserPath === undefined)('the page that processes files', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  /** Drops files on the page, by name and content. */
  const drop = async (page: Page, files: Readonly<Record<string, string>>) => {
    const dataTransfer = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer();
      for (const [name, content] of Object.entries(${JSON.stringify(files)})) dropped.items.add(new File([content], name));
      return dropped;
    })()`);
    await page.getByRole('region', { name: 'Drop files or folders here' }).dispatchEvent('drop', { dataTransfer });
  };
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

  it('composes a chain in which everything fits, and leads to the snippets of a dropped file', async () => {
    const page = await dashboard.open('/process');
    const next = page.getByRole('group', { name: /^(Begin with|Then)$/ });
    await next.getByRole('button', { name: 'parser' }).click();
    // reads text, and the parser gives JSON
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
    // the list is there again, and the chain as well
    await page.goBack();
    await expect.poll(() => row(page, name).getByText('Completed').count()).toBe(1);
    await expect.poll(() => page.getByLabel('Name of the pipeline').inputValue()).toBe('short pieces');
    await page.context().close();
  });

  it('takes the chain of a pipeline, says why a file was refused or failed, and sends it again', async () => {
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

    expect((await v1.call('DELETE', `/v1/files/${taken.fileId}`)).status).toBe(204);
    await row(page, 'taken.json').getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => row(page, 'taken.json').getByText('Completed').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear what is done' }).click();
    await expect.poll(() => page.getByRole('table').count()).toBe(0);
    await page.context().close();
  });
});
