import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { decodePage } from '../../src/convert/image/decode-image.js';
import { openImage } from '../../src/convert/image/image-file.js';
import { ModuleError, type ModuleWarning } from '../../src/module-contract/module.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';
import { encodePng, pixelBomb } from './make/draw-png.js';
import { encodeTiff } from './make/draw-tiff.js';
import { withOrientation } from './make/exif.js';

/** Decodes every page of an image. */
async function decode(content: Uint8Array | string, maxPixels = 25_000_000) {
  const path = join(await temporaryDirectory(), 'image');
  await writeFile(path, content);
  const warnings: ModuleWarning[] = [];
  const limits = { ...wideLimits, maxPixels };
  const image = await openImage(path, { limits, warn: (warning) => warnings.push(warning) });
  const pages = [];
  for (let page = 0; page < image.pageCount; page++) pages.push(await decodePage(image, page, limits));
  return { format: image.format, pages, warnings };
}

/** Draws a red card of 48 × 32 pixels with a square of another color at its upper left. */
async function drawCard(corner = '#fff'): Promise<Sharp> {
  const input = { create: { width: 16, height: 16, channels: 4 as const, background: corner } };
  const card = sharp({ create: { width: 48, height: 32, channels: 4, background: '#f00' } });
  return sharp(await card.composite([{ input, left: 0, top: 0 }]).png().toBuffer()); // oxfmt-ignore
}

/** Returns the mean of a square of pixels, by channel, in steps of 51, since JPEG and the CMYK profile change colors slightly. */
function meanColor(
  { width, channels, pixels }: Awaited<ReturnType<typeof decode>>['pages'][number],
  x: number,
  y: number,
) {
  const sums = [0, 0, 0].slice(0, channels);
  for (let row = y; row < y + 4; row++) {
    for (let column = x; column < x + 4; column++) {
      for (let channel = 0; channel < channels; channel++) {
        sums[channel] = (sums[channel] ?? 0) + (pixels[(row * width + column) * channels + channel] ?? 0);
      }
    }
  }
  return sums.map((sum) => Math.round(sum / 16 / 51));
}

const red = [5, 0, 0];
const white = [5, 5, 5];

describe('an image', () => {
  it.for<[string, (image: Sharp) => Sharp]>([
    ['PNG', (image) => image.removeAlpha().png()],
    ['PNG with transparent pixels', (image) => image.png()],
    ['interlaced PNG', (image) => image.png({ progressive: true })],
    ['PNG with a palette', (image) => image.png({ palette: true })],
    ['16-bit PNG', (image) => image.removeAlpha().toColourspace('rgb16').png()],
    ['JPEG', (image) => image.removeAlpha().jpeg({ chromaSubsampling: '4:4:4' })],
    ['progressive JPEG', (image) => image.removeAlpha().jpeg({ progressive: true, chromaSubsampling: '4:4:4' })],
    ['CMYK JPEG', (image) => image.removeAlpha().toColourspace('cmyk').jpeg({ quality: 100 })],
    ['WebP', (image) => image.webp({ quality: 100 })],
    ['lossless WebP', (image) => image.webp({ lossless: true })],
    ['TIFF', (image) => image.removeAlpha().tiff({ compression: 'lzw' })],
    ['CMYK TIFF', (image) => image.removeAlpha().toColourspace('cmyk').tiff({ compression: 'none' })],
    ['16-bit TIFF', (image) => image.removeAlpha().toColourspace('rgb16').tiff({ compression: 'deflate' })],
    ['GIF', (image) => image.gif()],
    ['AVIF', (image) => image.avif({ quality: 90, effort: 0, chromaSubsampling: '4:4:4' })],
  ])('is decoded as a viewer shows it: %s', async ([, encode]) => {
    const { pages } = await decode(await encode(await drawCard()).toBuffer());
    expect(pages.map(({ width, height, channels }) => [width, height, channels])).toEqual([[48, 32, 3]]);
    const [page] = pages;
    expect([meanColor(page!, 4, 4), meanColor(page!, 30, 20)]).toEqual([white, red]);
  });

  it('is decoded on white where it is transparent', async () => {
    const pixels = Buffer.alloc(48 * 32 * 4);
    for (let i = 0; i < 48 * 32; i++) pixels.set(i % 48 < 16 ? [0, 0, 0, 0] : [0, 0, 0, 128], i * 4);
    const black = sharp(pixels, { raw: { width: 48, height: 32, channels: 4 } });
    for (const content of [
      await black.clone().png().toBuffer(),
      await black.clone().toColourspace('rgb16').png().toBuffer(),
      await black.clone().webp({ lossless: true }).toBuffer(),
      await black.clone().tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      const [page] = (await decode(content)).pages;
      expect([meanColor(page!, 4, 4), meanColor(page!, 30, 20)].map(([value]) => value)).toEqual([5, 2]);
    }
  });

  it.for<[string, Sharp]>([
    [
      'PNG',
      sharp({ create: { width: 8, height: 4, channels: 3, background: '#666' } })
        .toColourspace('b-w')
        .png(),
    ],
    ['16-bit PNG', sharp({ create: { width: 8, height: 4, channels: 3, background: '#666' } }).toColourspace('grey16').png()], // oxfmt-ignore
    [
      'JPEG',
      sharp({ create: { width: 8, height: 4, channels: 3, background: '#666' } })
        .toColourspace('b-w')
        .jpeg(),
    ],
    ['fax', sharp({ create: { width: 8, height: 4, channels: 3, background: '#fff' } }).toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 })], // oxfmt-ignore
  ])('is decoded to one channel if it is gray: %s', async ([name, image]) => {
    const [page] = (await decode(await image.toBuffer())).pages;
    expect([page?.channels, page?.pixels.length, meanColor(page!, 2, 0)]).toEqual([1, 32, [name === 'fax' ? 5 : 2]]);
  });

  // each value of the EXIF tag Orientation, and the corner in which a viewer shows the upper left corner
  it.for([
    [2, 'right', 'top'],
    [3, 'right', 'bottom'],
    [4, 'left', 'bottom'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom'],
  ] as const)(
    'is rotated by its EXIF orientation: %d moves the upper left corner to the %s %s',
    async ([orientation, side, end]) => {
      const jpeg = await (await drawCard()).removeAlpha().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
      for (const order of ['II', 'MM'] as const) {
        const [page] = (await decode(withOrientation(jpeg, orientation, order))).pages;
        const size = orientation > 4 ? { width: 32, height: 48 } : { width: 48, height: 32 };
        expect(page).toMatchObject(size);
        const at = { left: 4, right: size.width - 8, top: 4, bottom: size.height - 8 };
        for (const x of ['left', 'right'] as const) {
          for (const y of ['top', 'bottom'] as const) {
            expect([x, y, meanColor(page!, at[x], at[y])]).toEqual([x, y, x === side && y === end ? white : red]);
          }
        }
      }
    },
  );

  it('is decoded page by page if it is a TIFF', async () => {
    const { pages } = await decode(encodeTiff(3));
    expect(pages.map(({ pixels }) => [...pixels])).toEqual([[0], [1], [2]]);
  });

  it('is decoded to its first frame if it is animated, with a warning', async () => {
    const frames = await Promise.all(['#fff', '#00f'].map(async (corner) => (await drawCard(corner)).png().toBuffer()));
    const moving = sharp(frames, { join: { animated: true } });
    for (const content of [await moving.clone().gif().toBuffer(), await moving.clone().webp().toBuffer()]) {
      const { pages, warnings } = await decode(content);
      expect([pages[0]?.height, meanColor(pages[0]!, 4, 4)]).toEqual([32, white]);
      expect(warnings).toEqual([
        { code: 'frames-left-out', message: 'The image has 2 frames. Only the first one was read.' },
      ]);
    }
  });
});

/** Returns a JPEG whose header declares 40 000 × 40 000 pixels. */
async function largeJpeg(): Promise<Buffer> {
  const jpeg = await (await drawCard()).removeAlpha().jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
  for (const at of [frame + 5, frame + 7]) jpeg.writeUInt16BE(40_000, at);
  return jpeg;
}

/** Returns a GIF with this many frames of one pixel, whose headers declare this width and height. */
function longGif(frames: number, side = 1): Buffer {
  // a palette of two colors
  const header = Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  const frame = Buffer.from('21f9040001000000 2c00000000 01000100 00 02 02440100'.replaceAll(' ', ''), 'hex');
  for (const at of [13, 15]) frame.writeUInt16LE(side, at);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}

describe('an image beyond the limits or of another format', () => {
  it.for<[string, () => Promise<Uint8Array | string>, string]>([
    ['a PNG with too many pixels', async () => pixelBomb(20_000, 20_000), 'at most 25 megapixels, got 400.'],
    ['a JPEG with too many pixels', largeJpeg, 'at most 25 megapixels, got 1600.'],
    ['a GIF with too many pixels', async () => longGif(1, 60_000), 'at most 25 megapixels, got 3600.'],
    ['a PNG just over the limit', async () => pixelBomb(5000, 5001), 'at most 25 megapixels, got 25.01.'],
    ['more than a thousand pages', async () => encodeTiff(1001), 'at most 1000 pages, got 1001. Split it.'],
    [
      'a BMP',
      async () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]),
      'got what looks like an image/bmp file. Save it as a PNG or JPEG, and send that file.',
    ],
    [
      'a HEIC photo',
      async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      'looks like an image/heic',
    ],
    ['a text', async () => 'not an image', 'Expected the file to be an image (PNG, JPEG, WebP, TIFF, GIF, AVIF), got'],
    ['an SVG', async () => '<svg xmlns="http://www.w3.org/2000/svg"/>', 'Expected the file to be an image'],
    ['an empty file', async () => '', 'Expected the file to be an image'],
    ['only a signature', async () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'the PNG is damaged'],
  ])('is rejected before its pixels are decoded: %s', async ([, draw, message]) => {
    const refused = decode(await draw());
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });

  it('is accepted with exactly as many pixels as the limit', async () => {
    expect((await decode(encodePng(1000, 1000, new Uint8Array(1_000_000)), 1_000_000)).pages[0]?.width).toBe(1000);
  });
});

describe('a truncated image', () => {
  const whole = new URL('../modules/images/mill-en.jpg', import.meta.url);
  it.for<[string, (image: Sharp) => Sharp]>([
    ['PNG', (image) => image.png()],
    ['JPEG', (image) => image.jpeg()],
    ['WebP', (image) => image.webp()],
    ['TIFF', (image) => image.tiff()],
    ['GIF', (image) => image.gif()],
    ['AVIF', (image) => image.avif({ effort: 0 })],
  ])('is rejected rather than read in part: %s', async ([name, encode]) => {
    const content = await encode(sharp(await readFile(whole))).toBuffer();
    const refused = decode(content.subarray(0, content.length * 0.6));
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(`The image could not be read (the ${name} is damaged, cut off or`);
  });
});

it('an image with very many frames or a cycle of pages is decoded in finite time', async () => {
  const { pages, warnings } = await decode(longGif(50_000));
  expect(pages).toHaveLength(1);
  expect(warnings[0]?.message).toContain('50000 frames');
  // the last page refers to the first one as the next
  await expect(decode(encodeTiff(3, 8)).then(({ pages: read }) => read.length <= 3)).resolves.toBe(true);
});

it('loadSharp names the package to install if the binary of sharp is missing', async () => {
  vi.resetModules();
  vi.doMock('sharp', () => {
    throw new Error('Could not load the "sharp" module using the linux-x64 runtime');
  });
  const { loadSharp } = await import('../../src/convert/image/load-sharp.js');
  await expect(loadSharp()).rejects.toThrow(
    /^Images cannot be decoded on this machine: .* is missing\. Install it with: npm install --include=optional sharp@\d/,
  );
  vi.doUnmock('sharp');
  // other files in this process load it again
  vi.resetModules();
});
