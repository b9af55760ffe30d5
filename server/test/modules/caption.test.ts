import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng, pixelBomb } from '../convert/make/draw-png.js';
import { withOrientation } from '../convert/make/exif.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { endpointAt } from './endpoint-at.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule } from './run-module.js';

const grey = encodePng(8, 8, new Uint8Array(64 * 3).fill(128));
const requestText = (request: { json: Record<string, unknown> } | undefined): string => JSON.stringify(request?.json);

/** Decodes the picture in a request. */
async function decodePicture(request: Parameters<typeof requestText>[0], format: 'png' | 'jpeg') {
  const [, picture = ''] = new RegExp(`data:image/${format};base64,([^"]+)`).exec(requestText(request)) ?? [];
  return sharp(Buffer.from(picture, 'base64')).raw().toBuffer({ resolveWithObject: true });
}

describe('caption', () => {
  it('writes one item with one sentence', async () => {
    const server = await startOpenAiServer();
    server.chat = () => 'a grey “wall”\nin Ávila';
    const { text, output, ran, progress } = await runModule('caption', grey, { models: endpointAt(server.baseUrl) });
    expect(text).toBe('[{"caption": "a grey \\u201cwall\\u201d in \\u00c1vila"}]');
    expect(output.facts).toEqual({ num_lines: 1 });
    expect(ran).toEqual({ name: 'vit-gpt2-image-captioning', route: 'endpoint' });
    expect(progress.at(-1)).toEqual({ current: 1, total: 1 });
    expect(requestText(server.requests[0])).toContain('data:image/png;base64,');
  });

  it('sends a JPEG unchanged', async () => {
    const server = await startOpenAiServer();
    const jpeg = await readFile(new URL('images/mill-en.jpg', import.meta.url));
    await runModule('caption', jpeg, { models: endpointAt(server.baseUrl) });
    expect(requestText(server.requests[0])).toContain(`data:image/jpeg;base64,${jpeg.toString('base64')}`);
  });

  it('rotates a photo by its EXIF orientation before sending it', async () => {
    const server = await startOpenAiServer();
    const stored = sharp({ create: { width: 60, height: 40, channels: 3, background: '#fff' } });
    const top = await sharp({ create: { width: 30, height: 40, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const jpeg = await stored
      .composite([{ input: top, left: 0, top: 0 }])
      .jpeg()
      .toBuffer();
    await runModule('caption', withOrientation(jpeg, 6, 'II'), { models: endpointAt(server.baseUrl) });
    const { data, info } = await decodePicture(server.requests[0], 'jpeg');
    expect([info.width, info.height, info.channels]).toEqual([40, 60, 3]);
    // the left half of the stored pixels is the top half: red above white
    expect(data.subarray(3 * 20 * 40, 3 * 20 * 40 + 3).map((value) => Math.round(value / 100))).toEqual(
      Buffer.from([3, 0, 0]),
    );
    expect(data.subarray(3 * 50 * 40, 3 * 50 * 40 + 3).every((value) => value > 240)).toBe(true);
  });

  it('converts transparent images, other formats and large pages to a PNG or JPEG', async () => {
    const server = await startOpenAiServer();
    const models = endpointAt(server.baseUrl);
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: '#0000' } });
    await runModule('caption', await clear.clone().png().toBuffer(), { models });
    await runModule('caption', await clear.clone().webp().toBuffer(), { models });
    const pages = await Promise.all(
      ['#000', '#fff'].map((background) =>
        sharp({ create: { width: 3000, height: 1500, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const scan = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const { output } = await runModule('caption', scan, { models });
    expect(output.facts).toEqual({ num_lines: 2 });
    const pictures = await Promise.all(
      (['png', 'jpeg', 'png', 'png'] as const).map((format, i) => decodePicture(server.requests[i], format)),
    );
    expect(pictures.map(({ data, info }) => [info.width, info.height, data[0]])).toEqual([
      [8, 8, 255],
      [8, 8, 255],
      [2000, 1000, 0],
      [2000, 1000, 255],
    ]);
  });

  it('rejects too many pixels, a damaged header and other files, without a request to the model', async () => {
    const server = await startOpenAiServer();
    const models = endpointAt(server.baseUrl);
    await expect(runModule('caption', pixelBomb(20_000, 20_000), { models })).rejects.toThrow(
      'Expected the image to have at most 25 megapixels, got 400.',
    );
    await expect(runModule('caption', grey.subarray(0, 20), { models })).rejects.toThrow('The image could not be read');
    await expect(runModule('caption', '%PDF-1.4', { models })).rejects.toThrow('Expected the file to be an image');
    expect(server.requests).toEqual([]);
  });
});

describe.runIf(hasGold)('recorded captions of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'caption' && gold.expected);

  it.for(cases)('$id: writes the same bytes from the same caption', async ({ input = '', expected = '' }) => {
    const recorded = readGold(expected).toString();
    const [{ caption } = { caption: '' }] = JSON.parse(recorded) as { caption: string }[];
    const server = await startOpenAiServer();
    server.chat = () => caption;
    expect((await runModule('caption', readGold(input), { models: endpointAt(server.baseUrl) })).text).toBe(recorded);
  });

  it('NOT RUN without the recorded outputs: covers all recorded captions', () => expect(cases).toHaveLength(1));
});
