import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { flow, log, progress, type Client } from 'millrace';

const samples = new URL('../../examples/files/', import.meta.url);

/** Has files processed by several modules, one of them a page that was scanned; two fail. @returns the scanned page's file id */
export async function processFiles(client: Client, page: Buffer): Promise<string> {
  const sample = (name: string) => readFile(new URL(name, samples));
  const settings = { expireTime: 86_400, downloadOutput: false, localSaveDirectory: false } as const;
  const scans = client.createPipeline('scanned-letters', ['ocr']);
  const scan = await scans.process(page, { ...settings, fileName: 'letter-from-hartmann.png', keepInput: true });
  const cut = page.subarray(0, 4000);
  for (const fileName of ['letter-cut-off.png', 'delivery-note-7.png'])
    await scans.process(cut, { ...settings, fileName }).catch(() => undefined);
  const notes = client.createPipeline('house-notes', ['keyword-db']);
  await notes.process(await sample('the-mill.txt'), { ...settings, fileName: 'the-mill.txt', keepInput: true });
  await notes.process(await sample('el-molino.txt'), { ...settings, fileName: 'el-molino.txt' });
  const leases = client.createPipeline('leases', ['parser', 'text-embedder', 'vector-db']);
  await leases.process(await sample('the-mill.txt'), { ...settings, fileName: 'lease-harbour-12.txt' });
  const visitors = client.createPipeline('visitor-notes', ['sentiment']);
  await visitors.process(await sample('visitor-notes.json'), { ...settings, fileName: 'visitor-notes.json' });
  return scan.fileId;
}

/** Serves a flow that still runs when the screens are photographed, and starts one that nobody serves. @returns the worker */
export async function serveFlows(client: Client) {
  const chapters = flow('translate-manual', async (chapter: number) => {
    log(`translates chapter ${chapter}`);
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

/** Something that takes webhooks, and something that refuses them. */
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
