import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { flow, log, progress, type Client } from 'millrace';

const samples = new URL('../../examples/files/', import.meta.url);

const invoiceFields = {
  number: { type: 'string' },
  date: { type: 'string', format: 'date' },
  dueDate: { type: 'string', format: 'date' },
  total: { type: 'number' },
  lines: {
    type: 'array',
    items: { type: 'object', properties: { text: { type: 'string' }, amount: { type: 'number' } } },
  },
};

/** Processes files with several modules. Two of the files fail. @returns The file ids of a scanned page and of an invoice. */
export async function processFiles(client: Client, page: Buffer): Promise<{ scan: string; invoice: string }> {
  const sample = (name: string) => readFile(new URL(name, samples));
  const settings = { expireTime: 86_400, downloadOutput: false, localSaveDirectory: false } as const;
  const scans = client.createPipeline('scanned-letters', ['ocr']);
  const scan = await scans.process(page, { ...settings, fileName: 'letter-from-hartmann.png', keepInput: true });
  const truncated = page.subarray(0, 4000);
  for (const fileName of ['letter-cut-off.png', 'delivery-note-7.png'])
    await scans.process(truncated, { ...settings, fileName }).catch(() => undefined);
  const notes = client.createPipeline('house-notes', ['keyword-db']);
  await notes.process(await sample('the-mill.txt'), { ...settings, fileName: 'the-mill.txt', keepInput: true });
  await notes.process(await sample('el-molino.txt'), { ...settings, fileName: 'el-molino.txt' });
  const leases = client.createPipeline('leases', ['parser', 'text-embedder', 'vector-db']);
  await leases.process(await sample('the-mill.txt'), { ...settings, fileName: 'lease-harbour-12.txt' });
  const visitors = client.createPipeline('visitor-notes', ['sentiment']);
  await visitors.process(await sample('visitor-notes.json'), { ...settings, fileName: 'visitor-notes.json' });
  const invoices = client.createPipeline('invoice-fields', ['extract']);
  // remove the page break, so that citations refer to lines instead of pages
  const text = Buffer.from((await sample('invoice.txt')).toString().replace('\f', ''));
  const invoice = await invoices.process(text, {
    ...settings,
    fileName: 'invoice-0417.txt',
    keepInput: true,
    modules: { extract: { params: { schema: { type: 'object', properties: invoiceFields } } } },
  });
  return { scan: scan.fileId, invoice: invoice.fileId };
}

/** Processes an archive as a batch. Some of its files are damaged. @returns The batch's id. */
export async function processArchive(client: Client): Promise<string> {
  const story = (await readFile(new URL('the-mill.txt', samples))).toString();
  const files = Array.from({ length: 48 }, (_, i) => {
    const isDamaged = i % 20 === 7;
    const key = `2026/minutes-${String(i + 1).padStart(2, '0')}.${isDamaged ? 'pdf' : 'txt'}`;
    const content = isDamaged ? '%PDF-1.7 and nothing else' : `Minutes ${i + 1}\n\n${story}`;
    return { file: new Blob([content]), key, fileName: key.replace('/', '-') };
  });
  const minutes = client.createPipeline('minutes', ['keyword-db']);
  await minutes.processMany(files, { expireTime: 86_400, localSaveDirectory: false }).all();
  const [batch] = (await client.batches.list()).items;
  if (!batch) throw new Error('Expected processMany() to create a batch, got no batch');
  return batch.batchId;
}

/** Serves a flow that is still running when the screenshots are taken, and starts a flow that no worker serves. @returns The worker. */
export async function serveFlows(client: Client) {
  const chapters = flow('translate-manual', async (chapter: number) => {
    log(`translating chapter ${chapter}`);
    for (let page = 1; page <= 600; page++) {
      progress(page, 600, `page ${page} of 600`);
      await sleep(1000);
    }
  });
  const worker = await client.worker({ name: 'translator', serves: [chapters], concurrency: 2, grace: 0 });
  await client.start(chapters, [1]);
  await client.start(chapters, [2]);
  await client.start('archive-mail', ['2026-11']);
  return worker;
}

/** Registers a webhook that accepts deliveries and a webhook that rejects them. @returns The server that receives the deliveries. */
export async function receiveWebhooks(client: Client) {
  const receiver = createServer((request, response) => {
    response.writeHead(request.url === '/accounting' ? 204 : 503).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  for (const path of ['accounting', 'old-archive'])
    await client.webhooks.create({ url: `http://127.0.0.1:${port}/${path}`, events: ['run.completed', 'run.failed'] });
  return receiver;
}
