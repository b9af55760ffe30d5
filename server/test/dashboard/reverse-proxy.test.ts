import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignInLink } from 'millrace/shared/types/session.js';
import { startServer, type RunningServer } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

describe.skipIf(browserPath === undefined)('two servers behind a reverse proxy, each at its own path', () => {
  let proxy: Server;
  let database: TestDatabase;
  let first: Dashboard;
  let second: RunningServer;
  /** The servers by the first part of the path, which the proxy removes. */
  const targets = new Map<string, string>();

  beforeAll(async () => {
    proxy = createServer((incoming, outgoing) => {
      const [, name = '', path = ''] = /^\/(\w+)(\/.*)$/.exec(incoming.url ?? '') ?? [];
      const target = targets.get(name);
      if (target === undefined) return void outgoing.writeHead(404).end();
      const { hostname, port } = new URL(target);
      const { method, headers } = incoming;
      const proxied = request({ hostname, port, path, method, headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        outgoing.flushHeaders();
        response.pipe(outgoing);
      });
      proxied.on('error', () => outgoing.destroy());
      outgoing.on('close', () => proxied.destroy());
      incoming.pipe(proxied);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const publicUrl = (name: string) => `http://localhost:${port}/${name}`;
    first = await openDashboard({ publicUrl: publicUrl('mill') });
    database = await createTestDatabase({ isPrepared: true });
    const settings = { port: 0, logLevel: 'error', worker: false, publicUrl: publicUrl('weir') } as const;
    second = await startServer({ ...database.options, ...settings });
    targets.set('mill', first.server.url).set('weir', second.url);
  });
  afterAll(async () => {
    await first.close();
    await second.close();
    await database.cleanup();
    proxy.close();
  });

  const signIn = async (page: Page, { url, apiKey }: RunningServer) => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${url}/v1/session/links`, { method: 'POST', headers });
    await page.goto(((await response.json()) as SignInLink).url);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };

  it('have working links, streams, uploads and downloads, and separate sessions', async () => {
    const context = await first.browser.newContext({ locale: 'en-GB' });
    const [page, other] = [await context.newPage(), await context.newPage()];
    await signIn(page, first.server);
    await signIn(other, second);
    // / redirects to the dashboard
    await page.goto(first.server.dashboardUrl);
    await page.getByText('live ·').waitFor();
    expect(new URL(page.url()).pathname).toBe('/mill/ui/');

    await page.getByRole('link', { name: 'Process' }).click();
    await page.getByRole('button', { name: 'parser' }).click();
    const content = Buffer.from('The mill stood by the river.');
    const files = page.locator('input[type="file"]').first();
    await files.setInputFiles({ name: 'mill.txt', mimeType: 'text/plain', buffer: content });
    await page.getByRole('link', { name: 'Open the file' }).click();
    await page.getByRole('group', { name: 'Output', exact: true }).getByText('stood by the river').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download', exact: true }).click(),
    ]);
    expect(new URL(download.url()).pathname).toMatch(/^\/mill\/v1\/files\/.+\/content$/);
    await page.reload();
    await page.getByRole('heading', { name: 'mill.txt' }).waitFor();

    const notes = first.client.createPipeline('notes', ['parser']);
    const batchFiles = [1, 2].map((n) => ({ file: new Blob([content]), key: `${n}.txt`, fileName: `${n}.txt` }));
    await notes.processMany(batchFiles, { localSaveDirectory: false }).all();
    const [batch] = (await first.client.batches.list()).items;
    await page.getByRole('link', { name: 'Batches', exact: true }).click();
    await page.getByRole('link', { name: batch!.name }).click();
    const [archive] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as a ZIP archive' }).click(),
    ]);
    expect(new URL(archive.url()).pathname).toBe(`/mill/v1/batches/${batch!.batchId}/outputs`);
    expect(await archive.failure()).toBeNull();

    await other.reload();
    await other.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(new URL(other.url()).pathname).toBe('/weir/ui/');
    await context.close();
  });
});
