/**
 * `npm run screenshots` takes screenshots of the dashboard and writes them to `docs/images/`. It starts a real server, which processes
 * files and receives reports of two weeks of runs. Requires Chromium.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@millrace/server';
import { Client } from 'millrace';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import sharp from 'sharp';
import { startFakeModel } from './fake-model.js';
import { processArchive, processFiles, receiveWebhooks, serveFlows } from './live-work.js';
import { addOfficeRuns, makeWeeklyReport } from './office.js';
import { PastEvents } from './past-run.js';

/** The names of the screenshots to take, as in `npm run screenshots -- run file`. Empty for all screenshots. */
const wanted = process.argv.slice(2);
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const executablePath = [process.env['MILLRACE_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find(
  (path) => path && existsSync(path),
);
if (executablePath === undefined) {
  console.error('Expected Chromium to be installed, or MILLRACE_CHROMIUM to be the path of a browser.');
  process.exit(2);
}

const dataDir = await mkdtemp(join(tmpdir(), 'millrace-screenshots-'));
const endpoints = { extract: { baseUrl: await startFakeModel() } };
const server = await startServer({ dataDir, port: 0, logLevel: 'error', graceSeconds: 1, endpoints });
const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await mkdir(images, { recursive: true });
  await takeAll(await fillServer());
} finally {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
}
// exit although the worker and the webhook receiver are still open
process.exit(0);

/** The ids of the run and the files whose pages are shown. */
interface ShownIds {
  readonly report: string;
  readonly scan: string;
  readonly invoice: string;
}

async function fillServer(): Promise<ShownIds> {
  await client.keys.create({ name: 'accounting', role: 'runner', pipelines: ['book-invoice', 'weekly-report'] });
  await client.keys.create({ name: 'wall-screen', role: 'reader', expireTime: 90 * 86_400 });
  const pipelines = ['book-invoice', 'check-contract', 'nightly-import', 'weekly-report'].map((name) => ({
    name,
    version: 'v2',
  }));
  const office = await client.worker({ name: 'office', version: 'v2.1', pipelines });
  const past = new PastEvents();
  const now = Date.now();
  addOfficeRuns(past, now, office.id);
  past.add(makeWeeklyReport(now - 6.9 * 86_400_000, office.id, false));
  const report = past.add(makeWeeklyReport(now - 1_500_000, office.id, true));
  for (let from = 0; from < past.events.length; from += 800) await send(past.events.slice(from, from + 800));
  await receiveWebhooks(client);
  await serveFlows(client);
  const files = await processFiles(client, await drawLetter(browser));
  return { report: report.id, ...files };
}

async function send(reports: PastEvents['events']): Promise<void> {
  const response = await fetch(`${server.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reporter: null, reports }),
  });
  const { refused } = (await response.json()) as { refused?: unknown[] };
  if (!response.ok || refused?.length !== 0)
    throw new Error(`Expected the server to record the events, got ${response.status}: ${JSON.stringify(refused)}`);
}

/** Draws a letter as a scanned image. @returns A PNG. */
async function drawLetter(from: Browser): Promise<Buffer> {
  const page = await from.newPage({ viewport: { width: 1000, height: 660 } });
  await page.setContent(`<body style="margin:70px;font:26px/1.7 Georgia,serif;color:#222;background:#fbfaf6">
    <p style="text-align:right">Hamburg, 16 November 2026</p><p><b>Invoice 48213</b></p>
    <p>Dear Ms Wren,</p><p>For the delivery of 12 pallets of paper on 9 November we ask you to pay
    1840 euros within thirty days. The next delivery will leave our mill on 30 November.</p>
    <p>Kind regards,<br>Hartmann GmbH</p></body>`);
  const picture = await page.screenshot();
  await page.close();
  return picture;
}

async function takeAll({ report, scan, invoice }: ShownIds): Promise<void> {
  const light = await openContext('light');
  const dark = await openContext('dark');
  // select the step that was retried
  const retriedStep = `/runs/${report}?lane=summarise-0`;
  await take(light, 'overview', '/?range=7d');
  await take(dark, 'overview-dark', '/?range=7d');
  await take(light, 'runs', '/runs?range=7d');
  await take(light, 'run', retriedStep);
  await take(dark, 'run-dark', `/runs/${report}`);
  await take(light, 'file', `/files/${scan}`);
  await take(light, 'fields', `/files/${invoice}`);
  await take(light, 'process', '/process?chain=parser,text-embedder&name=contracts');
  for (const name of ['pipelines', 'workers', 'modules', 'webhooks', 'keys']) await take(light, name, `/${name}`);
  // take this screenshot last, so that the batch's runs are not in the other screenshots
  await take(light, 'batch', `/batches/${await processArchive(client)}`);
}

async function openContext(colorScheme: 'light' | 'dark'): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    baseURL: server.url,
  });
  const response = await context.request.post('/v1/session', { data: { key: server.apiKey } });
  if (!response.ok()) throw new Error(`Expected to be signed in, got ${await response.text()}`);
  return context;
}

async function take(context: BrowserContext, name: string, path: string): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const page = await context.newPage();
  await page.goto(`/ui${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // wait for a fixed time, because the event stream keeps the network busy
  await page.waitForTimeout(2500);
  const picture = await page.screenshot();
  // a palette is sufficient and reduces the size to a third
  await sharp(picture)
    .png({ palette: true, quality: 90, effort: 10, dither: 0 })
    .toFile(join(images, `${name}.png`));
  await page.close();
  console.log(`docs/images/${name}.png`);
}
