import { type Client, pipeline } from 'millrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../support/webhook-receiver.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

describe.skipIf(browserPath === undefined)('workers, modules, webhooks and keys', () => {
  let dashboard: Dashboard;
  let client: Client;
  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ client } = dashboard);
  });
  afterAll(() => dashboard.close());

  const clean = pipeline<{ raw: string }>('clean').step('trim', ({ raw }) => ({ text: raw.trim() }));

  it('link from a worker to its runs, and from a run to its tasks', async () => {
    const page = await dashboard.open('/workers');
    await page.getByText('No workers yet').waitFor();
    const worker = await client.worker({ name: 'etl', version: 'v1', pipelines: [clean] });
    await page.getByText('1 online').waitFor();
    await clean.run({ raw: ' a ' }, { report: worker });
    const row = page.getByRole('row', { name: /^Online etl v1/ });
    await row.getByText('clean').waitFor();
    await row.getByRole('button', { name: 'etl' }).click();
    const runs = page.getByRole('region', { name: 'Runs of etl' });
    await runs.getByText('clean: trim').waitFor();
    await runs.getByRole('row').getByText('Completed').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await runs.getByRole('row').getByRole('link').first().click();
    await page.getByText('trim').first().waitFor();
    await page.goBack();
    await runs.waitFor();
    await worker.close();
    await page.context().close();
  });

  it('show which modules can run, and which models are unavailable', async () => {
    const page = await dashboard.open('/modules');
    await page
      .getByRole('row', { name: /^parser text json/ })
      .getByText('part of the server')
      .waitFor();
    await page.getByLabel('Only unavailable models').check();
    await page
      .getByRole('row', { name: /^caption/ })
      .getByText('Unavailable', { exact: true })
      .waitFor();
    expect(await page.getByRole('row', { name: /^parser/ }).count()).toBe(0);
    expect(page.url()).toMatch(/only=missing$/);
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('create a webhook, show its secret once, resend a message, and delete the webhook', async () => {
    const receiver = await startReceiver();
    receiver.replies = [410, 204];
    const page = await dashboard.open('/webhooks');
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'New webhook' });
    await dialog.getByLabel('URL').fill('ftp://example.com');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('http:// or https://').waitFor();
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByRole('checkbox', { name: 'run.completed' }).check();
    await dialog.getByRole('button', { name: 'Create' }).click();
    const secret = page.getByRole('dialog', { name: 'Webhook created' }).getByText(/^whsec_/);
    await secret.waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.content()).not.toContain('whsec_');

    await clean.run({ raw: ' b ' }, { report: client });
    const deliveries = page.getByRole('region', { name: 'Deliveries' });
    await deliveries.getByText('Failed').waitFor();
    await deliveries.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('The message is being sent again').waitFor();
    await expect.poll(() => receiver.received.length).toBe(2);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Delete: / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No webhooks yet').waitFor();
    expect(await client.webhooks.list()).toEqual([]);
    await page.context().close();
  });

  it('create a key, show it once, and revoke it with its sessions', async () => {
    const page = await dashboard.open('/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New key' });
    await dialog.getByLabel('Name').fill('no spaces');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText("Expected a key's name").waitFor();
    await dialog.getByLabel('Name').fill('readers');
    await dialog.getByLabel('Role').selectOption('reader');
    await dialog.getByLabel('Expires after (days)').fill('30');
    expect(await axeViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create' }).click();
    const shown = page.getByRole('dialog', { name: 'Key readers' });
    const apiKey = (await shown.locator('code').textContent()) ?? '';
    await shown.getByRole('button', { name: 'Close' }).click();
    expect(await page.content()).not.toContain(apiKey);

    const other = await dashboard.open('/', { apiKey });
    await other.getByRole('link', { name: 'Workers' }).first().waitFor();
    for (const hidden of ['Webhooks', 'Keys'])
      expect(await other.getByRole('navigation').getByRole('link', { name: hidden }).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke: readers' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Key readers was revoked').waitFor();
    await other.goto(`${dashboard.server.url}/ui/`);
    await other.getByLabel('API key').waitFor();
    await other.context().close();
    await page.context().close();
  });

  it.each(['/workers', '/modules', '/webhooks', '/keys'])('are usable at %s at a width of 360 pixels', async (path) => {
    const page = await dashboard.open(path, { viewport: { width: 360, height: 700 }, colorScheme: 'dark' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });
});
