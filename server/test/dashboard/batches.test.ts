import type { Client } from 'millrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const text = 'The kettle sang while rain kept time on the roof.';
const broken = '%PDF-1.7 and nothing else';

describe.skipIf(browserPath === undefined)('batches', () => {
  let dashboard: Dashboard;
  let client: Client;
  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ client } = dashboard);
  });
  afterAll(() => dashboard.close());

  it('show their progress and failures live, and retry failed files', async () => {
    const page = await dashboard.open('/batches');
    await page.getByText('No batches yet').waitFor();
    await page.getByText('npx millrace process DIR').waitFor();
    const notes = client.createPipeline('notes', ['keyword-db']);
    const files = [
      ...[1, 2, 3].map((n) => ({ file: new Blob([`${text} ${n}`]), key: `${n}.txt`, fileName: `${n}.txt` })),
      ...[4, 5].map((n) => ({ file: new Blob([broken]), key: `${n}.pdf`, fileName: `${n}.pdf` })),
    ];
    await notes.processMany(files, { localSaveDirectory: false }).all();
    await page.getByText('5 of 5 files').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const [batch] = (await client.batches.list()).items;
    await page.getByRole('link', { name: batch!.name }).click();
    const reasons = page.getByRole('region', { name: 'Why files failed' });
    await reasons.getByText('at keyword-db for example').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByText(`npx millrace fetch ${batch!.batchId}`).waitFor();
    await page.getByRole('button', { name: 'Retry failed files', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Resume/ })
      .click();
    await page.getByRole('dialog').getByText('Done: 2 of 2 runs').waitFor();
    await page.context().close();

    const spanish = await dashboard.open('/batches', { locale: 'es' });
    await spanish.getByRole('heading', { level: 1, name: 'Lotes' }).waitFor();
    await spanish.context().close();
  });
});
