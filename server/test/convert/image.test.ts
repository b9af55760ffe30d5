import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkImage } from '../../src/convert/check-image.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodePng, pixelBomb } from './draw-png.js';

async function check(content: Uint8Array | string, maxPixels = 25_000_000) {
  const path = join(await temporaryDirectory(), 'image');
  await writeFile(path, content);
  return checkImage(path, { maxPixels });
}

/** SOI, an APP0 of a few bytes with padding before it, and a frame header with the size. */
function jpeg(width: number, height: number, frame = 0xc0): Buffer {
  const size = Buffer.from([height >> 8, height & 255, width >> 8, width & 255]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xe0, 0x00, 0x06, 0x4a, 0x46, 0x49, 0x46]),
    Buffer.from([0xff, 0xc4, 0x00, 0x04, 0xff, 0xc0, 0xff, frame, 0x00, 0x0b, 0x08]),
    size,
    Buffer.from([0x01, 0x01, 0x11, 0x00, 0xff, 0xd9]),
  ]);
}

describe('the size of an image', () => {
  it('is read from a PNG', async () => {
    expect(await check(encodePng(30, 20, new Uint8Array(600)))).toEqual({ kind: 'png', width: 30, height: 20 });
  });

  it.for([0xc0, 0xc2, 0xcf])('is read from a JPEG whose frame begins with %i', async (frame) => {
    expect(await check(jpeg(640, 480, frame))).toEqual({ kind: 'jpeg', width: 640, height: 480 });
  });

  it('may be just the limit', async () => {
    expect(await check(pixelBomb(1000, 1000), 1_000_000)).toMatchObject({ width: 1000 });
  });
});

describe('an image is refused before anything decodes it', () => {
  it.for<[string, Uint8Array | string, string]>([
    [
      'with too many pixels in a PNG',
      pixelBomb(20_000, 20_000),
      'Expected the image to have at most 25 megapixels, got 400.',
    ],
    ['with too many pixels in a JPEG', jpeg(65_535, 65_535), 'at most 25 megapixels, got 4290.'],
    ['with nothing after a PNG signature', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'PNG is damaged or cut off'],
    ['cut within the header of a JPEG', jpeg(640, 480).subarray(0, 14), 'JPEG is damaged or cut off'],
    ['of no height', jpeg(640, 0), 'JPEG is damaged or cut off'],
    ['that is a GIF', 'GIF89a\x01\x00\x01\x00\x00\x00\x00', 'got what looks like an image/gif file'],
    ['that is a text', 'not an image', 'Expected the file to be a PNG or JPEG image'],
    ['that is empty', '', 'Expected the file to be a PNG or JPEG image'],
  ])('%s', async ([, content, message]) => {
    const refused = check(content);
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });
});
