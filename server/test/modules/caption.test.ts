import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { encodePng, pixelBomb } from '../convert/draw-png.js';
import { startOpenAiServer } from '../support/openai-server.js';
import { endpointAt } from './endpoint-at.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule } from './run-module.js';

const grey = encodePng(8, 8, new Uint8Array(64 * 3).fill(128));
const asked = (request: { json: Record<string, unknown> } | undefined): string => JSON.stringify(request?.json);

describe('caption', () => {
  it('writes one item with one sentence', async () => {
    const server = await startOpenAiServer();
    server.chat = () => 'a grey “wall”\nin Ávila';
    const { text, output, ran, progress } = await runModule('caption', grey, { models: endpointAt(server.baseUrl) });
    expect(text).toBe('[{"caption": "a grey \\u201cwall\\u201d in \\u00c1vila"}]');
    expect(output.facts).toEqual({ num_lines: 1 });
    expect(ran).toEqual({ name: 'vit-gpt2-image-captioning', route: 'endpoint' });
    expect(progress.at(-1)).toEqual({ current: 1, total: 1 });
    expect(asked(server.requests[0])).toContain('data:image/png;base64,');
  });

  it('takes a JPEG', async () => {
    const server = await startOpenAiServer();
    const jpeg = await readFile(new URL('images/mill-en.jpg', import.meta.url));
    await runModule('caption', jpeg, { models: endpointAt(server.baseUrl) });
    expect(asked(server.requests[0])).toContain(`data:image/jpeg;base64,${jpeg.toString('base64')}`);
  });

  it('refuses too many pixels, a damaged header and what is no image, before the model is asked', async () => {
    const server = await startOpenAiServer();
    const models = endpointAt(server.baseUrl);
    await expect(runModule('caption', pixelBomb(20_000, 20_000), { models })).rejects.toThrow(
      'Expected the image to have at most 25 megapixels, got 400.',
    );
    await expect(runModule('caption', grey.subarray(0, 20), { models })).rejects.toThrow('The image could not be read');
    await expect(runModule('caption', '%PDF-1.4', { models })).rejects.toThrow('Expected the file to be a PNG or JPEG');
    expect(server.requests).toEqual([]);
  });
});

describe.runIf(hasGold)('recorded captions of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'caption' && gold.expected);

  it.for(cases)('$id: the same bytes of the same words', async ({ input = '', expected = '' }) => {
    const recorded = readGold(expected).toString();
    const [{ caption } = { caption: '' }] = JSON.parse(recorded) as { caption: string }[];
    const server = await startOpenAiServer();
    server.chat = () => caption;
    expect((await runModule('caption', readGold(input), { models: endpointAt(server.baseUrl) })).text).toBe(recorded);
  });

  it('NOT RUN where the recorded outputs are not: here they are', () => expect(cases).toHaveLength(1));
});
