import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient } from '../support/clients/hosted-client.js';
import { startOpenAiServer, type OpenAiServer } from '../support/endpoints/openai-server.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

const markup = '<img src=x onerror=alert(1)>';
const text = `The mill grinds ${markup}.\nThe wheel is wonderful \u001b[31mred.\n\u202eIt is a terrible winter.\n`;

/** Returns a silent WAV file. */
function silentWav(seconds: number): Buffer {
  const rate = 8000;
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + seconds * rate, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  // PCM, one channel, one byte per sample
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(seconds * rate, 40);
  return Buffer.concat([header, Buffer.alloc(seconds * rate, 128)]);
}

/** Returns the share of dark pixels inside the box of a word, or 0 until the image is loaded. */
const darkShare = (page: Page, image: string, word: string) =>
  page.evaluate<number>(`(() => {
      const image = document.querySelector('img[alt*="${image}"]');
      if (!image.complete || image.naturalWidth === 0) return 0;
      const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { left, top, width, height } = document.querySelector('[title="${word}"]').style;
      const part = (text, whole) => Math.round((parseFloat(text) / 100) * whole);
      const { data } = context.getImageData(part(left, canvas.width), part(top, canvas.height), part(width, canvas.width), part(height, canvas.height));
      return data.filter((value, i) => i % 4 === 0 && value < 128).length / (data.length / 4);
    })()`);

describe.skipIf(browserPath === undefined)('the page of a file', () => {
  let dashboard: Dashboard;
  let hosted: HostedClient;
  let v1: V1Client;
  let model: OpenAiServer;
  let closeModel = async (): Promise<void> => undefined;
  beforeAll(async () => {
    model = await startOpenAiServer('ok', (close) => (closeModel = close));
    dashboard = await openDashboard({ endpoints: { extract: { baseUrl: model.baseUrl } } });
    hosted = new HostedClient(dashboard.server.url, dashboard.server.apiKey);
    v1 = new V1Client(dashboard.server.url, dashboard.server.apiKey);
  });
  afterAll(async () => {
    await dashboard.close();
    await closeModel();
  });

  const process = (chain: string[], content: string | Buffer, name: string, keepInput = true) => {
    // sentiment uses the built-in model
    const modules = chain.includes('sentiment') ? { module_2: { model: 'vader-english', params: {} } } : {};
    return hosted.complete(chain.join('-'), chain, content, { file_name: name, keep_input: keepInput, modules });
  };
  /** Extracts fields from a file. The model returns this value with these quotations. */
  const extract = (
    name: string,
    content: string,
    value: Record<string, string | null>,
    quotes: Record<string, string>,
  ) => {
    const citations = Object.entries(quotes).map(([field, quote]) => ({ field, quotes: [quote] }));
    model.chat = () => JSON.stringify({ value, citations });
    const properties = Object.fromEntries(Object.keys(value).map((name) => [name, { type: 'string' }]));
    const modules = { module_1: { model: 'chat', params: { schema: { type: 'object', properties } } } };
    const metadata = { file_name: name, keep_input: true, modules };
    return hosted.complete('fields', ['extract'], content, metadata);
  };
  const output = (page: Page) => page.getByRole('group', { name: 'Output', exact: true });
  const input = (page: Page) => page.getByRole('group', { name: 'Input', exact: true });

  it('shows its snippets beside its text, and highlights the source of each snippet', async () => {
    const { fileId } = await process(['parser'], text, `winter ${markup.replace('/', '')}.txt`);
    const page = await dashboard.open(`/files/${fileId}`);
    const snippet = output(page).getByText('The mill grinds');
    await expect.poll(() => snippet.innerText()).toBe(`The mill grinds ${markup}.`);
    expect(await input(page).getByText('wonderful').innerText()).toContain('␛[31mred');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(markup);
    expect(await page.locator('main img').count()).toBe(0);
    await snippet.hover();
    await expect
      .poll(() => input(page).locator('[data-highlighted]').allInnerTexts())
      .toEqual([expect.stringContaining(markup)]);
    await input(page).getByText('The wheel').hover();
    await expect
      .poll(() => output(page).locator('[data-highlighted]').allInnerTexts())
      .toEqual([expect.stringContaining('wonderful')]);
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('searchbox', { name: 'Search the output' }).fill('wheel');
    await expect.poll(() => output(page).getByRole('listitem').count()).toBe(1);
    await page.getByRole('radio', { name: 'Facts' }).click();
    await page.reload();
    await expect.poll(() => page.getByText('parser · model sentence · part of the server').count()).toBe(1);
    await page.context().close();
  });

  it('shows sentiment scores as bars, and finds keywords, without an input', async () => {
    const narrow = { viewport: { width: 360, height: 700 }, colorScheme: 'dark' } as const;
    const scored = await process(['parser', 'sentiment'], text, 'felt.txt', false);
    const page = await dashboard.open(`/files/${scored.fileId}`, narrow);
    await expect.poll(() => output(page).getByRole('img').count()).toBe(3);
    expect(await output(page).getByRole('img').last().getAttribute('aria-label')).toMatch(/^positive \d+%, neutral/);
    const command = page.getByText('npx millrace process FILE --chain parser,sentiment --keep-input');
    await expect.poll(() => command.count()).toBe(1);
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);

    const { fileId } = await process(['keyword-db'], text, 'words.txt', false);
    await page.goto(`/ui/files/${fileId}?q=whe`);
    await expect
      .poll(() => output(page).getByRole('row').allInnerTexts())
      .toEqual([expect.stringContaining('Keyword'), expect.stringMatching(/wheel\s+1\s+2/)]);
    await page.context().close();
  });

  it('shows an image with a box around each word, which is highlighted with the word', async () => {
    const paper = await dashboard.browser.newPage({ viewport: { width: 400, height: 150 } });
    await paper.setContent('<p style="font: 32px serif; margin: 40px">Total 1250</p>');
    const { fileId } = await process(['ocr'], await paper.screenshot(), 'bill.png');
    await paper.close();
    const page = await dashboard.open(`/files/${fileId}`);
    const box = page.locator('[title="1250"]');
    // the text moves when the image appears
    await box.waitFor();
    await output(page).getByText('1250', { exact: true }).hover();
    await expect.poll(() => box.getAttribute('data-highlighted')).toBe('true');
    const [outer, inner] = [await page.getByAltText('bill.png').boundingBox(), await box.boundingBox()];
    expect(inner!.x).toBeGreaterThan(outer!.x + outer!.width * 0.2);
    expect(inner!.y + inner!.height).toBeLessThan(outer!.y + outer!.height);
    await page.getByRole('radio', { name: 'Words' }).click();
    await page.getByRole('row', { name: 'Total' }).hover();
    await expect.poll(() => page.locator('[title="Total"]').getAttribute('data-highlighted')).toBe('true');
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('shows an image rotated as for OCR, so that the boxes fit', async () => {
    const paper = await dashboard.browser.newPage({ viewport: { width: 600, height: 200 } });
    await paper.setContent('<p style="font: 40px serif; margin: 40px">Total of the bill 1250</p>');
    const webp = await sharp(await paper.screenshot())
      .rotate(180)
      .webp({ lossless: true })
      .toBuffer();
    await paper.close();
    const { fileId } = await process(['ocr'], webp, 'turned.webp');
    const page = await dashboard.open(`/files/${fileId}`);
    await expect.poll(() => page.locator('[title="1250"]').count()).toBe(1);
    await expect.poll(() => darkShare(page, 'turned.webp', '1250')).toBeGreaterThan(0.15);
    await page.context().close();
  });

  it('shows each page of a TIFF, rotated as for OCR, and goes to the page of a word', async () => {
    const paper = await dashboard.browser.newPage({ viewport: { width: 600, height: 200 } });
    const draw = async (text: string, degrees: number) => {
      await paper.setContent(`<p style="font: 40px serif; margin: 40px">${text}</p>`);
      return sharp(await paper.screenshot())
        .rotate(degrees)
        .png()
        .toBuffer();
    };
    const pages = [await draw('Total of the bill 1250', 0), await draw('Rent of the house 777', 180)];
    await paper.close();
    const tiff = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const { fileId } = await process(['ocr'], tiff, 'scan.tiff');
    const page = await dashboard.open(`/files/${fileId}`);
    await expect.poll(() => page.locator('[title="1250"]').count()).toBe(1);
    expect(await page.locator('[title="777"]').count()).toBe(0);
    await expect.poll(() => darkShare(page, 'scan.tiff', '1250')).toBeGreaterThan(0.15);
    await output(page).getByText('777', { exact: true }).hover();
    await expect.poll(() => page.locator('[title="777"]').getAttribute('data-highlighted')).toBe('true');
    await expect.poll(() => page.getByText('Page 2 of 2').count()).toBe(1);
    await expect.poll(() => darkShare(page, 'scan.tiff', '777')).toBeGreaterThan(0.15);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await expect.poll(() => page.locator('[title="1250"]').count()).toBe(1);

    // goes to a page without a picture by the keyboard, while the pointer is on a word
    await page.route('**/input/picture?page=2', (route) =>
      route.fulfill({ status: 409, json: { error: { code: 'conflict', message: 'no picture' } } }),
    );
    await page.reload();
    await page.locator('[title="1250"]').hover();
    await page.getByRole('button', { name: 'Next page' }).press('Enter');
    await page.getByText('is kept, but it cannot be shown here').waitFor();
    await page.getByRole('button', { name: 'Previous page' }).press('Enter');
    await page.locator('[title="1250"]').waitFor();
    await page.context().close();
  });

  it.each(['gif', 'avif'] as const)('shows an image in the format %s', async (format) => {
    const paper = await dashboard.browser.newPage({ viewport: { width: 400, height: 150 } });
    await paper.setContent('<p style="font: 32px serif; margin: 40px">Total 1250</p>');
    const image = sharp(await paper.screenshot());
    await paper.close();
    const content = await (format === 'gif' ? image.gif() : image.avif({ effort: 0 })).toBuffer();
    const { fileId } = await process(['ocr'], content, `bill.${format}`);
    const page = await dashboard.open(`/files/${fileId}`);
    await expect.poll(() => page.locator('[title="1250"]').count()).toBe(1);
    await expect.poll(() => darkShare(page, `bill.${format}`, '1250')).toBeGreaterThan(0.15);
    await page.context().close();
  });

  it('shows each extracted field beside its quotation, which is highlighted in the text', async () => {
    const value = { wheel: `wonderful ${markup}`, mill: 'grinds', owner: null };
    const { fileId } = await extract('fields.txt', text, value, { mill: 'The mill grinds' });
    const page = await dashboard.open(`/files/${fileId}`);
    await expect
      .poll(() => output(page).getByRole('row').allInnerTexts())
      .toEqual([
        expect.stringContaining('Quotation'),
        expect.stringMatching(/^wheel\s+wonderful <img.*>\s+not found: check the value$/),
        expect.stringMatching(/^mill\s+grinds\s+.?The mill grinds.? line 1$/),
        expect.stringMatching(/^owner\s+not in the text\s*$/),
      ]);
    // the row may move while the page loads
    await expect
      .poll(async () => {
        await output(page).getByRole('row', { name: 'grinds' }).hover();
        return input(page).locator('[data-highlighted]').allInnerTexts();
      })
      .toEqual([expect.stringContaining('The mill grinds')]);
    expect(await axeViolations(page)).toEqual([]);
    const label = { model: 'builtin-nearest-label', params: { labels: ['mill wheel', 'bank account'] } };
    const labelled = await hosted.complete('labels', ['classify'], text, {
      file_name: 'a.txt',
      modules: { module_1: label },
    });
    await page.goto(`/ui/files/${labelled.fileId}`);
    await expect
      .poll(() => output(page).getByRole('listitem').allInnerTexts())
      .toEqual([expect.stringMatching(/mill wheel \d+(\.\d)?%/)]);
    await page.context().close();
  });

  it('highlights the line of a field in a text with pages, or the page of a repeated quotation', async () => {
    const pages = 'The mill grinds.\nThe wheel turns.\n\fThe mill stands.\nNine sacks of flour.\nTwo sacks of flour.\n';
    const { fileId } = await extract(
      'pages.txt',
      `${pages}\fThe end.\n`,
      { mill: 'stands', freight: 'sacks of flour' },
      { mill: 'The mill stands', freight: 'sacks of flour' },
    );
    const page = await dashboard.open(`/files/${fileId}`);
    const highlighted = (pane: typeof input) => pane(page).locator('[data-highlighted]').allInnerTexts();
    const hoverRow = (name: string) => async () => {
      await output(page).getByRole('row', { name }).hover();
      return highlighted(input);
    };
    const containing = (...texts: string[]) => texts.map((part): unknown => expect.stringContaining(part));
    await expect.poll(hoverRow('The mill stands')).toEqual(containing('The mill stands'));
    await expect.poll(hoverRow('freight')).toEqual(containing('The mill stands', 'Nine sacks', 'Two sacks'));
    await input(page).getByText('The mill stands').hover();
    await expect.poll(() => highlighted(output)).toEqual(containing('The mill stands'));
    // the quotation may be from another line of the page
    await input(page).getByText('Two sacks').hover();
    await expect.poll(() => highlighted(output)).toEqual([]);
    await page.context().close();
  });

  it('plays a recording from a time of its transcript', async () => {
    const { fileId } = await process(['parser'], text, 'talk.txt');
    const page = await dashboard.open('/runs');
    // the server has no built-in model for transcription
    await page.route(`**/v1/files/${fileId}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ json: { ...((await response.json()) as object), fileName: 'talk.wav' } });
    });
    await page.route(`**/v1/files/${fileId}/input`, (route) => route.fulfill({ body: silentWav(4) }));
    const segments = [
      { id: 0, start: 0, end: 2, text: markup },
      { id: 1, start: 2, end: 4, text: 'The wheel turns.' },
    ];
    const items = [{ transcript: markup, timestamped_transcript: segments }];
    const part = { extension: '.json', bytes: 9, sha256: 'a', kind: 'transcript', items, total: 1, nextOffset: null };
    await page.route(`**/v1/files/${fileId}/output?*`, (route) => route.fulfill({ json: part }));
    await page.goto(`/ui/files/${fileId}`);
    await expect.poll(() => output(page).getByText(markup).count()).toBe(1);
    await page.getByRole('button', { name: 'Play from 0:02.0' }).click();
    const time = () => page.evaluate<number>(`document.querySelector('audio').currentTime`);
    await expect.poll(time).toBeGreaterThanOrEqual(2);
    await expect
      .poll(() => output(page).locator('[data-highlighted]').allInnerTexts())
      .toEqual([expect.stringContaining('The wheel turns.')]);
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('names the kind of an input that only a conversion endpoint can read', async () => {
    const { fileId } = await process(['parser'], text, 'table.txt');
    const page = await dashboard.open('/runs');
    await page.route(`**/v1/files/${fileId}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ json: { ...((await response.json()) as object), fileName: 'table.xlsx' } });
    });
    await page.goto(`/ui/files/${fileId}`);
    await page.getByText(/^The input \(xlsx, \d+ B\) is kept/).waitFor();
    await page.context().close();
  });

  it('shows why the run failed, and deletes the file', async () => {
    const file = await hosted.add('broken', ['json-to-txt'], '[{ "no": 1 }]', { file_name: 'broken.json' });
    const page = await dashboard.open(`/files/${file.fileId}`);
    await expect.poll(() => page.getByText('There is no output: the run did not complete.').count()).toBe(1);
    const { body } = await v1.get<{ error: { message: string } }>(`/v1/runs/${file.processId}`);
    await expect.poll(() => page.getByText(body.error.message).count()).toBe(1);
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/ui/runs');
    expect((await v1.get(`/v1/files/${file.fileId}`)).status).toBe(404);
    await page.goto(`/ui/files/${file.fileId}`);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('File not found');
    await page.context().close();
  });

  it('extends the expiry of the file, and downloads the output under its name', async () => {
    const { fileId } = await process(['parser'], text, 'winter.txt', false);
    const page = await dashboard.open(`/files/${fileId}`, { locale: 'es' });
    await page.getByRole('button', { name: 'Cambiar la caducidad…' }).click();
    await page.getByLabel('Desde ahora, durante').selectOption('7 días');
    await page.getByRole('button', { name: 'Cambiar', exact: true }).click();
    await expect.poll(() => page.getByText('Se cambió la caducidad del archivo').count()).toBe(1);
    const { body } = await v1.get<{ expiresAt: string }>(`/v1/files/${fileId}`);
    expect((Date.parse(body.expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(7, 2);
    await page.getByRole('button', { name: 'Cambiar la caducidad…' }).click();
    await page.getByLabel('Desde ahora, durante').selectOption('un tiempo ilimitado');
    await page.getByRole('button', { name: 'Cambiar', exact: true }).click();
    await page.getByText('no caduca', { exact: true }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Descargar' }).click();
    expect((await saving).suggestedFilename()).toBe('winter.json');
    await page.context().close();
  });
});
