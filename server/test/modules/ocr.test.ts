import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { recognizeWithLibrary } from '../../src/convert/ocr/with-library.js';
import { findTesseract, recognizeWithProgram } from '../../src/convert/ocr/with-program.js';
import { parseWords } from '../../src/convert/ocr/tesseract.js';
import { encodePng, pixelBomb } from '../convert/make/draw-png.js';
import { withOrientation } from '../convert/make/exif.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule, temporaryDirectory } from './run-module.js';

const image = (name: string): string => fileURLToPath(new URL(`images/${name}`, import.meta.url));
const signal = new AbortController().signal;
const english = 'The mill by the river\nopens at 7:30 on Monday.\n\nBread, $4.50';
const spanish = 'El molino del señor Núñez\nabre mañana a las siete.\n¿Quién trae el jamón?';

const routes = [
  ['tesseract.js', true, recognizeWithLibrary],
  [
    'the tesseract program, if it is installed',
    (await findTesseract('eng')) !== undefined && (await findTesseract('spa')) !== undefined,
    async (path: string, language: 'eng' | 'spa', abort: AbortSignal) =>
      recognizeWithProgram((await findTesseract(language)) ?? '', path, language, await temporaryDirectory(), abort),
  ],
] as const;

describe.for(routes)('%s', ([, isInstalled, recognize]) => {
  it.runIf(isInstalled)('reads English, with the position of each word', async () => {
    const { text, tsv } = await recognize(image('mill-en.png'), 'eng', signal);
    expect(text.trimEnd()).toBe(english);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toContain('\f');
    const words = parseWords(tsv);
    expect(words.map((word) => word.text)).toEqual(english.split(/\s+/));
    for (const { left, top, width, height, conf } of words) {
      for (const value of [left, top, width, height]) expect(Number.isInteger(value)).toBe(true);
      expect(conf).toBeGreaterThan(50);
      expect(conf).toBeLessThanOrEqual(100);
    }
    // drawn at 40, 24
    expect(Math.abs((words[0]?.left ?? 0) - 40)).toBeLessThan(4);
    expect((words[0]?.top ?? 0) < (words[5]?.top ?? 0)).toBe(true);
  });

  it.runIf(isInstalled)('reads Spanish', async () => {
    expect((await recognize(image('mill-es.png'), 'spa', signal)).text.trimEnd()).toBe(spanish);
  });

  it.runIf(isInstalled)('reads a JPEG', async () => {
    expect((await recognize(image('mill-en.jpg'), 'eng', signal)).text.trimEnd()).toBe(english);
  });

  it.runIf(isInstalled)('finds no text on an empty page', async () => {
    const { text, tsv } = await recognize(
      await writeImage(encodePng(200, 100, Buffer.alloc(20_000, 255))),
      'eng',
      signal,
    );
    expect(text.trim()).toBe('');
    expect(parseWords(tsv)).toEqual([]);
  });

  it.runIf(isInstalled)('rejects an unreadable image, and reads the next one', async () => {
    const damaged = (await readFile(image('mill-en.png'))).subarray(0, 60);
    await expect(recognize(await writeImage(damaged), 'eng', signal)).rejects.toThrow();
    expect((await recognize(image('mill-en.png'), 'eng', signal)).text.trimEnd()).toBe(english);
  });

  it.runIf(isInstalled)('stops when its signal aborts, and reads the next image', async () => {
    const abort = new AbortController();
    const reading = recognize(image('mill-en.png'), 'eng', abort.signal);
    abort.abort(new Error('enough'));
    await expect(reading).rejects.toThrow();
    expect((await recognize(image('mill-en.png'), 'eng', signal)).text.trimEnd()).toBe(english);
  });
});

it('tesseract.js is started again for the next image if it did not start in time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const makeWorker = (text: string, terminate: () => void) => ({
    setParameters: async () => undefined,
    recognize: async () => ({ data: { text, tsv: '' } }),
    terminate: async () => terminate(),
  });
  const createWorker = vi.fn<() => Promise<unknown>>(async () => makeWorker('second', () => undefined));
  vi.doMock('tesseract.js', () => ({ createWorker, OEM: {}, PSM: {} }));
  let start = (_worker: unknown): void => undefined;
  const isStarting = new Promise<void>((resolve) => {
    createWorker.mockImplementationOnce(() => {
      resolve();
      return new Promise((started) => (start = started));
    });
  });
  try {
    // the fake worker stays in the process, so no other test can use this combination of languages
    const read = () => recognizeWithLibrary(image('mill-en.png'), 'spa+eng', signal);
    const outcome = expect(read()).rejects.toThrow('tesseract.js did not start');
    await isStarting;
    vi.runAllTimers();
    await outcome;
    expect((await read()).text).toBe('second');
    // a worker that starts late is not kept
    await new Promise<void>((resolve) => start(makeWorker('first', resolve)));
  } finally {
    vi.doUnmock('tesseract.js');
    vi.useRealTimers();
  }
});

describe('the module ocr', () => {
  it('writes one item, with floats formatted as in Python', async () => {
    const { text, output } = await runModule('ocr', await readFile(image('mill-en.png')));
    const items = JSON.parse(text) as { text: string; detections: Record<string, unknown>[] }[];
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0] ?? {})).toEqual(['text', 'detections']);
    expect(Object.keys(items[0]?.detections[0] ?? {})).toEqual(['left', 'top', 'width', 'height', 'text', 'conf']);
    expect(text).toMatch(/"conf": \d+\.\d{1,2}\}/);
    expect(text).not.toMatch(/"conf": \d+\}/);
    expect(output.facts).toEqual({ num_lines: 1 });
  });

  it('takes its language from the model', async () => {
    const { text } = await runModule('ocr', await readFile(image('mill-es.png')), { model: 'tesseract-es' });
    expect((JSON.parse(text) as [{ text: string }])[0].text.trimEnd()).toBe(spanish);
  });

  it('rotates a photo by its EXIF orientation, in both byte orders, and an image with upside-down text', async () => {
    const sideways = await sharp(image('mill-en.jpg')).rotate(270).jpeg().toBuffer();
    const upsideDown = sharp(image('mill-en.jpg')).rotate(180);
    const transparent = upsideDown.clone().ensureAlpha();
    for (const [content, codes] of [
      [withOrientation(sideways, 6, 'II'), []],
      [withOrientation(sideways, 6, 'MM'), []],
      [await upsideDown.png().toBuffer(), ['image-turned']],
      [await transparent.png({ adaptiveFiltering: true }).toBuffer(), ['image-turned']],
    ] as const) {
      const { text, warnings, output } = await runModule('ocr', content);
      expect((JSON.parse(text) as [{ text: string }])[0].text.trimEnd()).toBe(english);
      expect(warnings.map(({ code }) => code)).toEqual(codes);
      expect(output.facts['rotation']).toBe(codes.length > 0 ? 180 : undefined);
    }
  });

  it('straightens a skewed photo, with a warning', async () => {
    const askew = await sharp(image('mill-en.png')).rotate(12, { background: '#fff' }).png().toBuffer();
    const { text, warnings, output } = await runModule('ocr', askew);
    expect((JSON.parse(text) as [{ text: string }])[0].text.match(/\p{L}{2,}/gu)).toEqual(english.match(/\p{L}{2,}/gu));
    expect(warnings.map(({ code }) => code)).toEqual(['image-turned']);
    expect(output.facts['rotation']).toBeCloseTo(-12, 0);
  });

  it('warns about text with a low confidence', async () => {
    const blurred = await sharp(image('mill-en.png')).blur(5).png().toBuffer();
    const { warnings } = await runModule('ocr', blurred);
    expect(warnings.map(({ code }) => code)).toEqual([expect.stringMatching(/^(low-confidence|no-text)$/)]);
  });

  it('returns the positions of words in the rotated image', async () => {
    const sideways = await sharp(image('mill-en.jpg')).rotate(270).jpeg({ quality: 95 }).toBuffer();
    for (const content of [
      withOrientation(sideways, 6, 'MM'),
      await sharp(image('mill-en.png')).rotate(180).webp({ lossless: true }).toBuffer(),
    ]) {
      // oxfmt-ignore
      const { text } = await runModule('ocr', content);
      const [{ detections }] = JSON.parse(text) as [{ detections: { left: number; top: number; text: string }[] }];
      // drawn at 40, 24
      expect(detections[0]?.text).toBe('The');
      expect(Math.abs((detections[0]?.left ?? 0) - 40) + Math.abs((detections[0]?.top ?? 0) - 25)).toBeLessThan(8);
    }
  });

  it('writes an item for each page of a TIFF, and names the page in warnings', async () => {
    const colors = ['mill-en.png', 'mill-es.png'].map((name) => sharp(image(name)).toColourspace('srgb').png());
    const scan = sharp(await Promise.all(colors.map((page) => page.toBuffer())), { join: { animated: true } });
    const blank = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const pages = await scan.tiff({ compression: 'lzw' }).toBuffer();
    const { text, output, progress } = await runModule('ocr', pages, { model: 'tesseract-es' });
    const items = JSON.parse(text) as { text: string }[];
    expect(items.map((item) => item.text.split('\n')[0])).toEqual(['The mill by the river', spanish.split('\n')[0]]);
    expect(output.facts).toEqual({ num_lines: 2 });
    expect(progress.at(-1)).toEqual({ current: 2, total: 2 });
    const turned = await sharp([image('mill-en.png'), await sharp(image('mill-en.png')).rotate(180).png().toBuffer()], {
      join: { animated: true },
    })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect((await runModule('ocr', turned)).output.facts).toEqual({ num_lines: 2, rotations: [0, 180] });
    const empty = await sharp([blank, blank], { join: { animated: true } })
      .tiff()
      .toBuffer();
    const { warnings } = await runModule('ocr', empty);
    expect(warnings.map(({ code, page }) => [code, page])).toEqual([['no-text', 1], ['no-text', 2]]); // oxfmt-ignore
  });

  it.for<[string, (image: Sharp) => Sharp]>([
    ['WebP', (original) => original.webp({ quality: 90 })],
    ['CMYK TIFF', (original) => original.toColourspace('cmyk').tiff({ compression: 'lzw' })],
    ['GIF', (original) => original.gif()],
    ['AVIF', (original) => original.avif({ quality: 80, effort: 0 })],
  ])('reads the words of a %s', async ([, encode]) => {
    const { text } = await runModule('ocr', await encode(sharp(image('mill-en.png'))).toBuffer());
    expect((JSON.parse(text) as [{ text: string }])[0].text.trimEnd()).toBe(english);
  });

  it('warns about an image without text', async () => {
    const { warnings } = await runModule('ocr', encodePng(200, 100, Buffer.alloc(20_000, 255)));
    expect(warnings.map(({ code }) => code)).toEqual(['no-text']);
  });

  it.for<[string, Uint8Array, string]>([
    [
      'a damaged image',
      encodePng(300, 200, new Uint8Array(600)).subarray(0, 50),
      'The image could not be read (the PNG',
    ],
    ['too many pixels', pixelBomb(20_000, 20_000), 'Expected the image to have at most 25 megapixels, got 400.'],
    ['a text', Buffer.from('/etc/passwd\n'), 'Expected the file to be an image (PNG, JPEG'],
  ])('rejects %s', async ([, content, message]) => {
    const refused = runModule('ocr', content);
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });
});

const recorded = goldCases.filter((gold) => gold.module_chain?.[0] === 'ocr' && gold.module_chain.length === 1);

describe.runIf(hasGold)('recorded outputs of the hosted service', () => {
  it.for(recorded)('$id: reads nearly the same words at the same positions', async (gold) => {
    const { text } = await runModule('ocr', readGold(gold.input ?? ''), gold.modules?.['ocr']);
    type Item = { text: string; detections: { text: string; left: number; top: number }[] };
    const [ours] = JSON.parse(text) as [Item];
    const [theirs] = JSON.parse(readGold(gold.expected ?? '').toString()) as [Item];
    const same = theirs.detections.filter((word, i) => {
      const ourWord = ours.detections[i];
      return (
        ourWord?.text === word.text && Math.abs(ourWord.left - word.left) <= 2 && Math.abs(ourWord.top - word.top) <= 2
      );
    });
    expect(ours.detections).toHaveLength(theirs.detections.length);
    expect(same.length / theirs.detections.length).toBeGreaterThanOrEqual(0.95);
  });
});

async function writeImage(content: Uint8Array): Promise<string> {
  const path = `${await temporaryDirectory()}/image`;
  await writeFile(path, content);
  return path;
}
